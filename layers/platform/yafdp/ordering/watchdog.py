"""Orders that stand still: how long each state may take, and what is done about one that takes longer. Pure."""

import zlib
from datetime import timedelta
from enum import StrEnum

import msgspec

from yafdp.kernel.clock import parsed, timestamp
from yafdp.kernel.docket import Failure
from yafdp.kernel.journal import Transition
from yafdp.ordering import messages as m
from yafdp.ordering.endings import STALLED
from yafdp.ordering.messages import Coordination, Status
from yafdp.ordering.model import WAY, Order, existing, told

# Seconds. What a state may take at the longest: docs/saga.md adds up what the machines and the queues allow themselves,
# and these are longer. A queue may hold a received order back during a burst; kitchens, couriers, and
# customers whose bank wants to hear from them are people.
BUDGETS = {
    Status.RECEIVED: 900,
    Status.PRICED: 2_400,
    Status.RESERVED: 3_600,
    Status.AUTHORISED: 4_500,
    Status.ACCEPTED: 2_400,
    Status.ASSIGNED: 2_400,
    Status.CONFIRMED: 7_200,
    Status.READY: 3_600,
    Status.PICKED_UP: 7_200,
}
# Seconds. The undo machine is patient; a chain of participants has sent its message to a dead-letter queue by then.
UNDOING = {Coordination.ORCHESTRATION: 12_600, Coordination.CHOREOGRAPHY: 4_200}
# How often an order that nothing has been set aside for is sent on its way again before it is given up.
CONTINUATIONS = 3
# Partitions of the index of open orders.
SHARDS = 4


class Measure(StrEnum):
    """What is done about an order that stands still."""

    CONTINUE = "continue"
    UNDO = "undo"
    REPORT = "report"


def due_at(order: Order) -> str | None:
    """Until when the order should have moved; None for one that has ended."""
    if order.status not in BUDGETS:
        return None
    seconds = UNDOING[order.coordination] if order.closing else BUDGETS[order.status]
    return timestamp(parsed(order.updated_at) + timedelta(seconds=seconds))


def shard(order_id: str) -> str:
    """The partition of the index of open orders that the order is in."""
    return f"OPEN#{zlib.crc32(order_id.encode()) % SHARDS}"


def measure(order: Order) -> Measure:
    """What is to be done about an order that stands still.

    Sent on its way again is one whose next step is a message that can be sent twice; undone is one that a participant
    may have got stuck with; from CONFIRMED on it waits for people, who are told.
    """
    if order.closing is not None:
        return Measure.UNDO
    if order.status in {Status.CONFIRMED, Status.READY, Status.PICKED_UP}:
        return Measure.REPORT
    startable = order.status is Status.RECEIVED or (
        order.status is Status.PRICED and order.coordination is Coordination.ORCHESTRATION
    )
    return Measure.CONTINUE if startable and order.stalls < CONTINUATIONS else Measure.UNDO


def stalled(order: Order | None, at: str) -> Transition[Order] | None:
    """Write down that the order stands still, and what is done about it; nothing if it has moved meanwhile."""
    order = existing(order)
    due = due_at(order)
    if order.status not in WAY or due is None or due > at:
        return None
    taken = measure(order)
    closing = order.closing
    if taken is Measure.UNDO and closing is None:
        closing = Failure(error=STALLED, detail=f"stood still as {order.status}")
    state = msgspec.structs.replace(order, stalls=order.stalls + 1, closing=closing, updated_at=at)
    return Transition(state, m.OrderStalled(**told(state), since=order.updated_at, measure=taken))
