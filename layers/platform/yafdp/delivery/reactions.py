"""What delivery does of itself when it hears of an event."""

from yafdp.delivery import model, store
from yafdp.delivery.messages import AssignCourier, ReleaseCourier
from yafdp.delivery.service import perform
from yafdp.kernel.docket import docket_of
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage


def react(event: Envelope) -> None:
    """Its part in a choreographed order: find a courier once the kitchen takes it on; free the courier when the money
    cannot be taken, or the order is called off. One who has the food is not freed, and nobody undoes anything then.
    """
    docket, order_id = docket_of(event), event.aggregate_id
    match event.type:
        case "TicketAccepted":
            perform(
                AssignCourier(
                    order_id=order_id,
                    country=docket.country,
                    restaurant_id=docket.restaurant_id,
                    delivery_address=docket.delivery_address,
                    docket=docket,
                )
            )
        case "CaptureRefused" | "CaptureUncertain" | "OrderCancellationRequested":
            perform(ReleaseCourier(order_id=order_id, docket=docket))
        case _:
            raise InvalidMessage(f"delivery has no part in {event.type}")


def await_pickup(event: Envelope) -> None:
    """The food is ready: its courier may pick it up, however the order is coordinated."""
    if event.type != "TicketReady":
        raise InvalidMessage(f"{event.type} is not TicketReady")
    store.deliveries().transition(event.aggregate_id, model.food_is_ready)
