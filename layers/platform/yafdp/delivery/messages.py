"""What delivery is told and what it tells."""

from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message


class AssignCourier(Message, tag="assign", tag_field="name", frozen=True):
    """Command: find a courier. `country` as in ISO 3166-1 alpha-2: couriers work in one."""

    order_id: str
    country: str


class ReleaseCourier(Message, tag="release", tag_field="name", frozen=True):
    """Command: the order is off; free its courier, and assign none after this."""

    order_id: str


type DeliveryCommand = AssignCourier | ReleaseCourier


class Assignment(Message, frozen=True):
    """The answer to an assignment."""

    courier_id: str | None = None


class CourierAssigned(Message, frozen=True):
    """A courier will bring the order."""

    order_id: str
    courier_id: str


class CourierMissing(Message, frozen=True):
    """Nobody can bring the order."""

    order_id: str


class CourierReleased(Message, frozen=True):
    """The order needs no courier any more."""

    order_id: str


class NoCourier(Rejection):
    """Nobody can bring the order."""


class DeliveryClosed(Rejection):
    """The order was called off; nobody must set out for it."""
