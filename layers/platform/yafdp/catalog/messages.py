"""What the catalog is asked and what it tells."""

from enum import StrEnum
from typing import Annotated

import msgspec

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Address, Message, Money, Request


class Day(StrEnum):
    """The days of a week, which begins with Monday as ISO 8601 has it."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class Period(Request, frozen=True):
    """From `opens` to `closes` (exclusive) by the restaurant's wall clock. Where `closes` is before `opens` it is on
    the next day; 24:00 is the end of the day.
    """

    day: Day
    opens: Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
    closes: Annotated[str, msgspec.Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", max_length=5)]


class Restaurant(Message, omit_defaults=False, frozen=True):
    """A restaurant. `automatic_acceptance`: its kitchen takes every order without being asked; `time_zone` as in the
    IANA database; no `opening_hours` mean always; `paused`: it takes no orders now, whatever its hours; `address`:
    where couriers come for the food.
    """

    restaurant_id: str
    name: str
    cuisine: str
    time_zone: str = "UTC"
    automatic_acceptance: bool = False
    opening_hours: tuple[Period, ...] = ()
    paused: bool = False
    address: Address | msgspec.UnsetType = msgspec.UNSET


class RestaurantView(Restaurant, frozen=True, kw_only=True):
    """A restaurant as the API shows it: also whether it takes orders at this moment."""

    open: bool


class Item(Message, omit_defaults=False, frozen=True):
    """An item on a menu. `available`: it can be ordered at all; `stock` counts the portions that are left."""

    item_id: str
    name: str
    price: Money
    stock: int
    description: str = ""
    available: bool = True


class StockLevel(Message, frozen=True):
    """The portions of an item that are left."""

    item_id: str
    stock: int


class LookUp(Message, frozen=True):
    """Command of the internal API: these items of this restaurant."""

    restaurant_id: str
    item_ids: tuple[str, ...]


class Menu(Message, frozen=True):
    """The items of a lookup that exist."""

    restaurant_id: str
    automatic_acceptance: bool
    items: tuple[Item, ...]


class ReservedLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int


class ReserveStock(Message, tag="reserve", tag_field="name", frozen=True):
    """Command: set aside stock for a whole order, all lines or none."""

    order_id: str
    restaurant_id: str
    items: tuple[ReservedLine, ...]
    docket: Docket | None = None


class ReleaseStock(Message, tag="release", tag_field="name", frozen=True):
    """Command: give back what was set aside for an order, if anything was; and nothing may be set aside for it after
    this.
    """

    order_id: str
    restaurant_id: str
    docket: Docket | None = None


type StockCommand = ReserveStock | ReleaseStock


class StockReserved(Message, frozen=True):
    """An order's lines are set aside."""

    order_id: str
    restaurant_id: str
    items: tuple[ReservedLine, ...]
    docket: Docket | None = None


class StockRefused(Message, frozen=True):
    """An order's lines could not all be set aside, so none was."""

    order_id: str
    restaurant_id: str
    docket: Docket | None = None


class StockReleased(Message, frozen=True):
    """What was set aside for an order is back."""

    order_id: str
    restaurant_id: str
    items: tuple[ReservedLine, ...] = ()
    docket: Docket | None = None


class UnknownRestaurant(Rejection):
    """A restaurant that does not exist."""


class RestaurantClosed(Rejection):
    """A restaurant that takes no orders at this moment."""


class OutOfStock(Rejection):
    """At least one line cannot be filled."""


class ReservationReleased(Rejection):
    """The reservation was given back before (or while) it was asked for; it must not be made any more."""
