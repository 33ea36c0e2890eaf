"""What delivery is told and what it tells."""

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message


class AssignCourier(Message, tag="assign", tag_field="name", frozen=True):
    """Command: find a courier. `country` as in ISO 3166-1 alpha-2: couriers work in one."""

    order_id: str
    country: str
    docket: Docket | None = None


class ReleaseCourier(Message, tag="release", tag_field="name", frozen=True):
    """Command: the order is off; free its courier, unless they have the food, and assign none after this."""

    order_id: str
    docket: Docket | None = None


type DeliveryCommand = AssignCourier | ReleaseCourier


class Assignment(Message, frozen=True):
    """The answer to an assignment."""

    courier_id: str | None = None


class Released(Message, omit_defaults=False, frozen=True):
    """The answer to a release: false where the courier has the food, and the order cannot be called off any more."""

    released: bool


class DeliveryView(Message, omit_defaults=False, frozen=True):
    """A delivery as its courier sees it."""

    order_id: str
    courier_id: str
    status: str
    assigned_at: str


# Events: what happened to a delivery.


class CourierAssigned(Message, frozen=True):
    """A courier will bring the order."""

    order_id: str
    courier_id: str
    docket: Docket | None = None


class CourierMissing(Message, frozen=True):
    """Nobody can bring the order."""

    order_id: str
    docket: Docket | None = None


class CourierReleased(CourierMissing, frozen=True):
    """The order needs no courier any more."""


class DeliveryReady(Message, frozen=True):
    """The food waits for its courier."""

    order_id: str
    courier_id: str


class DeliveryPickedUp(DeliveryReady, frozen=True):
    """The courier has the food and is on the way."""


class DeliveryCompleted(DeliveryReady, frozen=True):
    """The customer has the food."""


class NoCourier(Rejection):
    """Nobody can bring the order."""


class DeliveryClosed(Rejection):
    """The order was called off; nobody must set out for it."""
