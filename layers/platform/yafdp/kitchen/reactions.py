"""What the kitchen does of itself when it hears of an event."""

from yafdp.kernel.docket import docket_of
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kitchen import model, store
from yafdp.kitchen.messages import AskKitchen, TicketLine, WithdrawTicket
from yafdp.kitchen.service import perform


def react(event: Envelope) -> None:
    """Its part in a choreographed order: ask the restaurant once the money is set aside; take the ticket back when
    there is no courier, or whoever comes after the kitchen has undone their part.
    """
    docket, order_id = docket_of(event), event.aggregate_id
    match event.type:
        case "PaymentAuthorised":
            lines = tuple(
                TicketLine(item_id=line.item_id, quantity=line.quantity, name=line.name) for line in docket.items
            )
            perform(
                AskKitchen(
                    order_id=order_id,
                    restaurant_id=docket.restaurant_id,
                    items=lines,
                    automatic_acceptance=docket.automatic_acceptance,
                    note=docket.note,
                    docket=docket,
                )
            )
        case "CourierMissing" | "CourierReleased":
            perform(WithdrawTicket(order_id=order_id, restaurant_id=docket.restaurant_id, docket=docket))
        case _:
            raise InvalidMessage(f"the kitchen has no part in {event.type}")


def expire(event: Envelope) -> None:
    """The time to answer a ticket is over: the queue has held the news of its opening back until now."""
    _of_type(event, "TicketOpened")
    store.tickets().transition(event.aggregate_id, model.expire)


def keep_up(event: Envelope) -> None:
    """What becomes of an order after the kitchen's answer, whoever coordinates it: confirmed, it may be begun; picked
    up, the kitchen is done with it.
    """
    match event.type:
        case "OrderConfirmed":
            store.tickets().transition(event.aggregate_id, model.confirm)
        case "OrderPickedUp":
            store.tickets().transition(event.aggregate_id, model.collect)
        case _:
            raise InvalidMessage(f"the kitchen has nothing to do after {event.type}")


def _of_type(event: Envelope, expected: str) -> None:
    if event.type != expected:
        raise InvalidMessage(f"{event.type} is not {expected}")
