"""What delivery is told and what it tells."""

from typing import Annotated

import msgspec

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Address, Message, Request


class AssignCourier(Message, tag="assign", tag_field="name", frozen=True):
    """Command: find a courier, who comes for the food to the restaurant and brings it to the address. `country` as in
    ISO 3166-1 alpha-2: couriers work in one.
    """

    order_id: str
    country: str
    restaurant_id: str | None = None
    delivery_address: Address | None = None
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
    """A delivery as its courier sees it: from which restaurant, and as long as they are on their way, to whom."""

    order_id: str
    courier_id: str
    status: str
    assigned_at: str
    restaurant_id: str | None = None
    delivery_address: Address | None = None


class StartShift(Request, frozen=True):
    """A courier begins to work in a country, as in ISO 3166-1 alpha-2."""

    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class ShiftView(Message, omit_defaults=False, frozen=True):
    """Whether a courier works, where, and since when that is so; no time before their first shift."""

    courier_id: str
    on_duty: bool
    country: str | None = None
    since: str | None = None


# Events: what happened to a delivery, and to a courier's shift.


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


class CourierWentOnDuty(Message, frozen=True):
    """A courier works in this country from now on."""

    courier_id: str
    country: str


class CourierWentOffDuty(Message, frozen=True):
    """A courier gets no more deliveries; those that they have they bring."""

    courier_id: str


class NoCourier(Rejection):
    """Nobody can bring the order."""


class DeliveryClosed(Rejection):
    """The order was called off; nobody must set out for it."""
