"""What pricing is asked and what it answers."""

from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message, Money


class WantedLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int


class Quote(Message, frozen=True):
    """Command: what would these cost?"""

    restaurant_id: str
    items: tuple[WantedLine, ...]


class MenuItem(Message, frozen=True):
    """An item as the catalog's lookup describes it."""

    item_id: str
    name: str
    price: Money
    available: bool = True


class Menu(Message, frozen=True):
    """The catalog's answer to a lookup."""

    restaurant_id: str
    automatic_acceptance: bool
    items: tuple[MenuItem, ...]


class QuotedLine(Message, frozen=True):
    """A line with the house's price for one of it."""

    item_id: str
    quantity: int
    name: str
    unit_price: Money


class Quoted(Message, omit_defaults=False, frozen=True):
    """The house's answer. All amounts in minor units of one currency.

    `total` is `subtotal - discount + delivery_fee`; `tax` is the part of the total that is tax, not an addition to it.
    `rules` names the version of each rule that was used.
    """

    items: tuple[QuotedLine, ...]
    subtotal: Money
    discount: Money
    delivery_fee: Money
    tax: Money
    total: Money
    automatic_acceptance: bool
    rules: dict[str, str]


class UnknownItem(Rejection):
    """An item that is not on the restaurant's menu."""


class ItemUnavailable(Rejection):
    """An item that is on the menu and cannot be ordered now."""


class RestaurantClosed(Rejection):
    """A restaurant that takes no orders now."""


class UnknownRestaurant(Rejection):
    """A restaurant that does not exist."""
