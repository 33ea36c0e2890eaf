"""What the basket is told and what it tells."""

from typing import Annotated, Literal

import msgspec

from yafdp.kernel.errors import Conflict
from yafdp.kernel.messages import Address, Message, Money, Request, Text

# As many as one reservation can hold; see ordering's MAX_LINES, which a contract test compares.
MAX_LINES = 97
MAX_QUANTITY = 99


class PutItem(Request, frozen=True):
    """The body of PUT /basket/items/{itemId}: from now on, so many of it."""

    restaurant_id: Text
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MAX_QUANTITY)]


class AgreedTotal(Request, frozen=True):
    """A total that the customer has seen, in minor units."""

    amount: Annotated[int, msgspec.Meta(ge=0)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]

    def money(self) -> Money:
        """The same as the house writes it."""
        return Money(amount=self.amount, currency=self.currency)


class CheckOut(Request, frozen=True):
    """The body of POST /basket/checkout.

    `expected_total` is what the customer saw; without it, what was last quoted.
    """

    delivery_address: Address
    payment_method: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "pm_card_ok"
    note: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    coordination: Literal["orchestration", "choreography"] | None = None
    expected_total: AgreedTotal | None = None


class BasketLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int


class QuotedLine(Message, frozen=True):
    """A line with the house's price for one of it."""

    item_id: str
    quantity: int
    name: str
    unit_price: Money


class Quote(Message, frozen=True):
    """The answer of the internal pricing API, as far as the basket shows it."""

    items: tuple[QuotedLine, ...]
    subtotal: Money
    discount: Money
    delivery_fee: Money
    tax: Money
    total: Money
    rules: dict[str, str]


class QuoteIssue(Message, frozen=True):
    """Why there is no quote: `code` for a program, `detail` for a person."""

    code: str
    detail: str


class BasketView(Message, frozen=True, omit_defaults=False):
    """A basket as its customer sees it. Without a quote, `issue` says why."""

    restaurant_id: str | None
    items: tuple[BasketLine, ...]
    version: int
    quote: Quote | None = None
    issue: QuoteIssue | None = None


# Events.


class BasketChanged(Message, frozen=True):
    """The customer put something in, took something out, or was shown another price."""

    customer_id: str
    items: tuple[BasketLine, ...]
    restaurant_id: str | None = None


class BasketCheckedOut(Message, frozen=True):
    """The customer wants this delivered, at the total that was shown."""

    order_id: str
    customer_id: str
    restaurant_id: str
    items: tuple[BasketLine, ...]
    delivery_address: Address
    payment_method: str
    total: Money
    note: str | None = None
    coordination: str | None = None


class BasketRestored(Message, frozen=True):
    """The order was rejected, and what was checked out is in the basket again."""

    customer_id: str
    restaurant_id: str
    order_id: str
    items: tuple[BasketLine, ...]


class OrderRejected(Message, frozen=True):
    """From ordering: the order ended badly. The other fields are none of the basket's business."""

    customer_id: str


class OtherRestaurant(Conflict):
    """A basket holds one restaurant's items at a time."""

    type, title = "basket-of-another-restaurant", "The basket holds items of another restaurant"


class EmptyBasket(Conflict):
    """There is nothing to check out."""

    type, title = "basket-empty", "The basket is empty"


class PriceChanged(Conflict):
    """The total is no longer the one that was shown."""

    type, title = "price-changed", "The price has changed"


class BasketUnsellable(Conflict):
    """Something in the basket cannot be sold now."""

    type, title = "basket-unsellable", "The basket cannot be sold as it is"
