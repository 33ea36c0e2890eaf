"""Orders that do not go their way by themselves: called off, standing still, or waiting for a person."""

from yafdp.kernel.clock import timestamp
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import annotate, count, logger
from yafdp.ordering import messages as m
from yafdp.ordering import model, store, watchdog
from yafdp.ordering.messages import Status
from yafdp.ordering.model import Order
from yafdp.ordering.watchdog import Measure

# Orders that one sweep looks after, per partition of the index; the next sweep is a minute away.
SWEPT = 25


def attend(message: Envelope) -> None:
    """An order was called off or stands still, the clock asks for a sweep, or an operator has mended what kept one from
    its end.
    """
    match message.type:
        case "OrderCancellationRequested":
            _undo(_order(message.aggregate_id), "cancelled")
        case "OrderStalled":
            _take(Measure(contents(message, m.OrderStalled).measure), _order(message.aggregate_id), message.sequence)
        case "SweepOrders":
            sweep()
        case "ResumeOrder":
            resume(contents(message, m.ResumeOrder).order_id, message.id)
        case _:
            raise InvalidMessage(f"nobody attends to {message.type}")


def sweep() -> None:
    """Write down which orders have stood still for longer than their states may take, and what is to be done: the
    event comes back here, and whatever then fails is tried again.

    One that fails does not keep the others waiting; it is found again by the next sweep.
    """
    failures: list[Exception] = []
    for order_id in store.overdue(timestamp(), SWEPT):
        try:
            _look_after(order_id)
        except Exception as failure:
            logger.exception("a stalled order could not be looked after", extra={"order_id": order_id})
            failures.append(failure)
    if failures:
        raise ExceptionGroup("some stalled orders could not be looked after", failures)


def resume(order_id: str, attempt: str) -> None:
    """Undo an order that waits for a person, or is being undone, once more; nothing for any other order."""
    order = _order(order_id)
    if order.status is Status.NEEDS_ATTENTION or (order.closing is not None and order.status in model.WAY):
        _undo(order, f"again-{attempt}")
    else:
        logger.info("there is nothing to resume", extra={"order_id": order_id, "status": order.status})


def _look_after(order_id: str) -> None:
    before = store.orders().load(order_id)
    after = store.orders().transition(order_id, lambda order: watchdog.stalled(order, timestamp()), known=before)
    if after.version == before.version:
        return
    order = model.existing(after.state)
    count("OrdersStalled")
    logger.warning("an order stands still", extra={"order_id": order_id, "status": order.status})


def _take(measure: Measure, order: Order, sequence: int) -> None:
    """Do what was written down about an order that stood still, unless it has moved meanwhile."""
    match measure, order.status:
        case Measure.CONTINUE, Status.RECEIVED:
            store.enqueue(command(m.SubmitOrder(order_id=order.order_id), order.order_id))
        case Measure.CONTINUE, Status.PRICED:
            store.start_saga(order)
        case Measure.UNDO, status if status not in model.ENDINGS:
            _undo(order, f"stalled-{sequence}")
        case _:
            logger.info("nothing is to be done", extra={"order_id": order.order_id, "status": order.status})


def _undo(order: Order, attempt: str) -> None:
    annotate("order_id", order.order_id)
    store.start_undo(order, attempt)


def _order(order_id: str) -> Order:
    return model.existing(store.orders().load(order_id).state)
