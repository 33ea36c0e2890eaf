"""The bodies of the catalog's REST API. api/openapi.yaml states the same limits."""

from typing import Annotated, Literal

import msgspec

from yafdp.catalog.messages import Period
from yafdp.kernel.messages import Address, Request

# Four periods a day.
MAX_PERIODS = 28
MAX_PRICE = 1_000_000  # minor units
MAX_PORTIONS = 1_000_000_000

type Slug = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{1,62}$")]
type Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class RestaurantForm(Request, frozen=True):
    """The body of PUT /restaurants/{restaurantId}: all of what its editors decide."""

    name: Name
    cuisine: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    automatic_acceptance: bool = False
    opening_hours: Annotated[tuple[Period, ...], msgspec.Meta(max_length=MAX_PERIODS)] = ()
    paused: bool = False
    address: Address | msgspec.UnsetType = msgspec.UNSET


class NewRestaurant(RestaurantForm, frozen=True):
    """The body of POST /restaurants."""

    restaurant_id: Slug | None = None


class Price(Request, frozen=True):
    """An item's price. An order's lines are added up, so all prices are in the house's one currency."""

    amount: Annotated[int, msgspec.Meta(ge=0, le=MAX_PRICE)]
    currency: Literal["EUR"]


class ItemForm(Request, frozen=True):
    """The body of PUT …/items/{itemId}. Stock is not in it: it moves by itself, with every order."""

    name: Name
    price: Price
    description: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    available: bool = True


class NewItem(ItemForm, frozen=True):
    """The body of POST …/items."""

    item_id: Slug | None = None
    stock: Annotated[int, msgspec.Meta(ge=0, le=MAX_PORTIONS)] = 0


class StockChange(Request, frozen=True):
    """The body of POST …/stock: so many portions more, or fewer."""

    change: Annotated[int, msgspec.Meta(ge=-MAX_PORTIONS, le=MAX_PORTIONS)]
