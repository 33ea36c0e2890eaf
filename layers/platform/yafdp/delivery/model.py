"""A delivery: the decisions. Pure."""

import zlib
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from yafdp.delivery import messages as m
from yafdp.kernel.docket import failing
from yafdp.kernel.errors import Conflict, NotFound
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Address, Message


class DeliveryStatus(StrEnum):
    """A delivery's states. RELEASED is a tombstone: it also stands where the release came before the assignment."""

    ASSIGNED = "ASSIGNED"
    READY = "READY"
    PICKED_UP = "PICKED_UP"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    RELEASED = "RELEASED"


# The courier has the food, or has handed it over.
UNDER_WAY = frozenset({DeliveryStatus.PICKED_UP, DeliveryStatus.DELIVERED})
# What its courier has something left to do about.
OPEN = frozenset({DeliveryStatus.ASSIGNED, DeliveryStatus.READY, DeliveryStatus.PICKED_UP})


class Delivery(Message, frozen=True):
    """Who brings one order, from where and to whom."""

    order_id: str
    status: DeliveryStatus
    courier_id: str | None = None
    assigned_at: str | None = None
    restaurant_id: str | None = None
    delivery_address: Address | None = None

    def view(self) -> m.DeliveryView:
        """The delivery as its courier sees it. Where the customer lives is none of their business afterwards."""
        return m.DeliveryView(
            order_id=self.order_id,
            courier_id=self.courier_id or "",
            status=self.status,
            assigned_at=self.assigned_at or "",
            restaurant_id=self.restaurant_id,
            delivery_address=self.delivery_address if self.status in OPEN else None,
        )


def assign(
    delivery: Delivery | None, command: m.AssignCourier, couriers: Sequence[str], at: str
) -> Transition[Delivery] | None:
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
    order_id = command.order_id
    if not couriers:
        state = Delivery(order_id=order_id, status=DeliveryStatus.REFUSED)
        return Transition(state, m.CourierMissing(order_id=order_id, docket=failing(command.docket, m.NoCourier)))
    courier = sorted(couriers)[zlib.crc32(order_id.encode()) % len(couriers)]
    state = Delivery(
        order_id=order_id,
        status=DeliveryStatus.ASSIGNED,
        courier_id=courier,
        assigned_at=at,
        restaurant_id=command.restaurant_id,
        delivery_address=command.delivery_address,
    )
    docket = msgspec.structs.replace(command.docket, courier_id=courier) if command.docket else None
    return Transition(state, m.CourierAssigned(order_id=order_id, courier_id=courier, docket=docket))


def release(delivery: Delivery | None, command: m.ReleaseCourier) -> Transition[Delivery] | None:
    """Free the courier; nothing if that is done, or nobody was found, or they have the food. Before the assignment it
    leaves a tombstone.
    """
    if delivery is not None and delivery.status in {DeliveryStatus.RELEASED, DeliveryStatus.REFUSED, *UNDER_WAY}:
        return None
    state = Delivery(order_id=command.order_id, status=DeliveryStatus.RELEASED)
    return Transition(state, m.CourierReleased(order_id=command.order_id, docket=command.docket))


def food_is_ready(delivery: Delivery | None) -> Transition[Delivery] | None:
    """The kitchen is done; nothing if that is known, or nobody comes for the food any more."""
    if delivery is None or delivery.courier_id is None or delivery.status is not DeliveryStatus.ASSIGNED:
        return None
    state = msgspec.structs.replace(delivery, status=DeliveryStatus.READY)
    return Transition(state, m.DeliveryReady(order_id=delivery.order_id, courier_id=delivery.courier_id))


def pick_up(delivery: Delivery | None, courier_id: str) -> Transition[Delivery] | None:
    """The courier takes the food along; nothing if that is done.

    Raises NotFound for another's delivery, Conflict before the food is ready.
    """
    delivery = _own(delivery, courier_id)
    if delivery.status in UNDER_WAY:
        return None
    if delivery.status is not DeliveryStatus.READY:
        raise Conflict(f"This delivery is {delivery.status}: pick it up once it is READY.")
    state = msgspec.structs.replace(delivery, status=DeliveryStatus.PICKED_UP)
    return Transition(state, m.DeliveryPickedUp(order_id=delivery.order_id, courier_id=courier_id))


def complete(delivery: Delivery | None, courier_id: str) -> Transition[Delivery] | None:
    """The customer has the food; nothing if that is known.

    Raises NotFound for another's delivery, Conflict before it was picked up.
    """
    delivery = _own(delivery, courier_id)
    if delivery.status is DeliveryStatus.DELIVERED:
        return None
    if delivery.status is not DeliveryStatus.PICKED_UP:
        raise Conflict(f"This delivery is {delivery.status}: complete it once it is PICKED_UP.")
    state = msgspec.structs.replace(delivery, status=DeliveryStatus.DELIVERED)
    return Transition(state, m.DeliveryCompleted(order_id=delivery.order_id, courier_id=courier_id))


def _own(delivery: Delivery | None, courier_id: str) -> Delivery:
    if delivery is None or delivery.courier_id != courier_id:
        raise NotFound("You have no such delivery.")
    return delivery
