"""Delivery's use cases."""

from yafdp.delivery import model, store
from yafdp.delivery.messages import AssignCourier, Assignment, DeliveryCommand, NoCourier, ReleaseCourier
from yafdp.delivery.model import DeliveryStatus
from yafdp.kernel.journal import UNBORN


def perform(command: DeliveryCommand) -> Assignment:
    """A command of the saga. Raises NoCourier, DeliveryClosed."""
    match command:
        case AssignCourier():
            return assign(command)
        case ReleaseCourier():
            store.deliveries().transition(command.order_id, lambda delivery: model.release(delivery, command))
            return Assignment()


def assign(command: AssignCourier) -> Assignment:
    """Find a courier for the order."""
    couriers = store.couriers(command.country)
    recorded = store.deliveries().transition(
        command.order_id, lambda delivery: model.assign(delivery, command, couriers), known=UNBORN
    )
    delivery = recorded.state
    if delivery is None or delivery.status is DeliveryStatus.REFUSED:
        raise NoCourier(f"no courier works in {command.country}")
    return Assignment(courier_id=delivery.courier_id)
