"""How ordering keeps an order's state when participants tell what they have done: nobody is told what to do here."""

from yafdp.kernel.clock import timestamp
from yafdp.kernel.docket import Docket, docket_of
from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.messages import Message
from yafdp.ordering import endings, model, store
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Status
from yafdp.ordering.service import ordering

# What each participant's news means for the order. The first five come from choreographed orders only (an orchestrated
# one is told by its state machine); the others from every order.
_REACHED = {
    "StockReserved": Status.RESERVED,
    "PaymentAuthorised": Status.AUTHORISED,
    "TicketAccepted": Status.ACCEPTED,
    "CourierAssigned": Status.ASSIGNED,
    "PaymentCaptured": Status.CONFIRMED,
    "TicketReady": Status.READY,
    "DeliveryPickedUp": Status.PICKED_UP,
    "DeliveryCompleted": Status.DELIVERED,
}
# News after which nothing can be undone any more.
_UNDER_WAY = frozenset({"DeliveryPickedUp", "DeliveryCompleted"})
# News after which participants undo their part of a choreographed order.
_FAILED = frozenset(
    {
        "PaymentDeclined",
        "PaymentUncertain",
        "PaymentExpired",
        "TicketRejected",
        "TicketExpired",
        "CourierMissing",
        "CaptureRefused",
        "CaptureUncertain",
    }
)
# News after which there is nothing left to undo.
_UNDONE = frozenset({"StockRefused", "StockReleased"})


class _Told(Message, frozen=True):
    docket: Docket | None = None
    reason: str = ""


def react(event: Envelope) -> None:
    """A participant tells what has happened to its part of an order."""
    order_id = event.aggregate_id
    if event.type in _REACHED:
        if event.type in _UNDER_WAY:
            store.orders().transition(order_id, lambda order: endings.reinstate(order, timestamp()))
        docket = contents(event, _Told).docket
        _reach(order_id, _REACHED[event.type], docket.courier_id if docket else None)
    elif event.type == "PaymentActionRequired":
        action = contents(event, m.PaymentAction)
        _reach(order_id, Status.RESERVED, None)
        store.orders().transition(order_id, lambda order: model.payment_pending(order, action, timestamp()))
    elif event.type in _FAILED:
        error, detail = _stopped_by(event)
        command = m.FailOrder(order_id=order_id, error=error, detail=detail)
        store.orders().transition(order_id, lambda order: endings.fail(order, command, timestamp()))
    elif event.type in _UNDONE:
        error, detail = _stopped_by(event)
        refunded = docket_of(event).refunded
        ordering().perform(m.CloseOrder(order_id=order_id, error=error, detail=detail, refunded=refunded))
    elif event.type == "TicketRecalled":
        reason = contents(event, _Told).reason
        store.orders().transition(order_id, lambda order: endings.recall(order, reason, timestamp()))
    else:
        raise InvalidMessage(f"{event.type} does not move an order")


def _reach(order_id: str, status: Status, courier_id: str | None) -> None:
    """Bring the order step by step to where the news says it is."""
    command = m.AdvanceOrder(order_id=order_id, status=status, courier_id=courier_id)
    reached = None
    while reached is not status:
        before = store.orders().load(order_id)
        after = store.orders().transition(
            order_id, lambda order: model.approach(order, command, timestamp()), known=before
        )
        if after.version == before.version:
            return
        reached = model.existing(after.state).status


def _stopped_by(event: Envelope) -> tuple[str, str]:
    failure = docket_of(event).failure
    if failure is None:
        raise InvalidMessage(f"{event.type} does not say what stopped the order")
    return failure.error, failure.detail
