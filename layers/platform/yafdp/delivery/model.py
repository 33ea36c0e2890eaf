"""A delivery: the decisions. Pure."""

import zlib
from collections.abc import Sequence
from enum import StrEnum

from yafdp.delivery import messages as m
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message


class DeliveryStatus(StrEnum):
    """A delivery's states. RELEASED is a tombstone: it also stands where the release came before the assignment."""

    ASSIGNED = "ASSIGNED"
    REFUSED = "REFUSED"
    RELEASED = "RELEASED"


class Delivery(Message, frozen=True):
    """Who brings one order."""

    order_id: str
    status: DeliveryStatus
    courier_id: str | None = None


def assign(delivery: Delivery | None, command: m.AssignCourier, couriers: Sequence[str]) -> Transition[Delivery] | None:
    """Pick a courier, always the same for the same order and couriers; nothing if one is assigned.

    Without couriers the delivery is refused, and that is recorded. Raises NoCourier or DeliveryClosed if that was the
    answer before.
    """
    if delivery is not None:
        if delivery.status is DeliveryStatus.REFUSED:
            raise m.NoCourier("nobody could bring it")
        if delivery.status is DeliveryStatus.RELEASED:
            raise m.DeliveryClosed("called off before a courier was found")
        return None
    if not couriers:
        state = Delivery(order_id=command.order_id, status=DeliveryStatus.REFUSED)
        return Transition(state, m.CourierMissing(order_id=command.order_id))
    courier = sorted(couriers)[zlib.crc32(command.order_id.encode()) % len(couriers)]
    state = Delivery(order_id=command.order_id, status=DeliveryStatus.ASSIGNED, courier_id=courier)
    return Transition(state, m.CourierAssigned(order_id=command.order_id, courier_id=courier))


def release(delivery: Delivery | None, command: m.ReleaseCourier) -> Transition[Delivery] | None:
    """Free the courier; nothing if that is done. Before the assignment it leaves a tombstone."""
    if delivery is not None and delivery.status is DeliveryStatus.RELEASED:
        return None
    state = Delivery(order_id=command.order_id, status=DeliveryStatus.RELEASED)
    return Transition(state, m.CourierReleased(order_id=command.order_id))
