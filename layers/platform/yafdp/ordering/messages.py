"""What ordering is told and what it tells: requests, commands, events, answers."""

from enum import StrEnum
from typing import Annotated

import msgspec

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Address, Message, Money, Request, Text

# A reservation writes one item per line, its state and its event in one transaction; a transaction holds 100 items, and
# one is kept free.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
MAX_LINES = 97
MAX_QUANTITY = 99
MAX_KEY_LENGTH = 128


class Status(StrEnum):
    """An order's states, in the order in which it passes through them; then its endings."""

    RECEIVED = "RECEIVED"
    PRICED = "PRICED"
    RESERVED = "RESERVED"
    AUTHORISED = "AUTHORISED"
    ACCEPTED = "ACCEPTED"
    ASSIGNED = "ASSIGNED"
    CONFIRMED = "CONFIRMED"
    READY = "READY"
    PICKED_UP = "PICKED_UP"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class Coordination(StrEnum):
    """Who moves an order on: a state machine, or the participants' events."""

    ORCHESTRATION = "orchestration"
    CHOREOGRAPHY = "choreography"


class OrderedItem(Request, frozen=True):
    """How many of an item."""

    item_id: Text
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MAX_QUANTITY)]


class PlaceOrder(Request, frozen=True):
    """The body of POST /orders. There is no price in it: the price is the house's."""

    restaurant_id: Text
    items: Annotated[tuple[OrderedItem, ...], msgspec.Meta(min_length=1, max_length=MAX_LINES)]
    delivery_address: Address
    payment_method: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "pm_card_ok"
    note: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    coordination: Coordination | None = None


class Line(Message, frozen=True):
    """An order's line with the name and price of the moment it was priced."""

    item_id: str
    quantity: int
    name: str | None = None
    unit_price: Money | None = None


class SubmitOrder(Message, frozen=True):
    """Command on the order queue: take this order in."""

    order_id: str


class CheckedOutLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int


class ResumeOrder(Message, frozen=True):
    """Command of an operator: what kept the order from being undone is mended, so undo it now."""

    order_id: str


class SweepOrders(Message, frozen=True):
    """Command of the clock: look for orders that have stood still for too long."""


class BasketCheckedOut(Message, frozen=True):
    """From the basket: the customer wants this, at the total that was shown."""

    order_id: str
    customer_id: str
    restaurant_id: str
    items: tuple[CheckedOutLine, ...]
    delivery_address: Address
    payment_method: str
    total: Money
    note: str | None = None
    coordination: Coordination | None = None


# Events: what happened to an order. Their names are their types on the bus.


class OrderReceived(Message, frozen=True):
    """A customer asked for this."""

    status: Status
    customer_id: str
    restaurant_id: str
    items: tuple[Line, ...]


class OrderPriced(Message, frozen=True):
    """The house named its price."""

    status: Status
    customer_id: str
    restaurant_id: str
    items: tuple[Line, ...]
    total: Money
    docket: Docket | None = None


class OrderReserved(Message, frozen=True):
    """The kitchen's stock is set aside."""

    status: Status
    customer_id: str
    restaurant_id: str


class PaymentAction(Message, frozen=True):
    """What the customer has to do for their payment, and until when: follow `url` where there is one, and say that they
    have.
    """

    expires_at: str
    url: str | None = None


class OrderPaymentPending(OrderReserved, frozen=True):
    """The customer's bank wants to hear from them before it sets the money aside."""

    payment_action: PaymentAction


class OrderAuthorised(OrderReserved, frozen=True):
    """The customer's money is set aside."""


class OrderAccepted(OrderReserved, frozen=True):
    """The kitchen takes it on."""


class OrderAssigned(OrderReserved, frozen=True):
    """A courier will bring it."""

    courier_id: str | None = None


class OrderConfirmed(OrderReserved, frozen=True):
    """It is paid and being made."""

    total: Money


class OrderReady(OrderReserved, frozen=True):
    """The food is ready; from now on the order cannot be cancelled."""


class OrderPickedUp(OrderReserved, frozen=True):
    """The courier is on the way."""


class OrderDelivered(OrderReserved, frozen=True):
    """The customer has it."""


class OrderFailing(OrderReserved, frozen=True):
    """It cannot be made: whatever was set aside is being given back. `code` says what stopped it."""

    code: str


class OrderCancellationRequested(OrderFailing, frozen=True):
    """The customer or the kitchen calls it off: whatever was set aside is being given back."""

    docket: Docket | None = None


class OrderReinstated(OrderReserved, frozen=True):
    """It was being undone, but its courier had the food before: nothing has been given back, and it goes on. `code`
    says what had stopped it, `reason` is for a person.
    """

    code: str
    reason: str


class OrderStalled(OrderReserved, frozen=True):
    """It has stood still for longer than its state may take (since `since`), and `measure` is taken."""

    since: str
    measure: str


class OrderRejected(OrderReserved, frozen=True):
    """It will not be made, and whatever was set aside has been given back.

    `reason` is for a person, `code` for a program.
    """

    code: str
    reason: str
    total: Money | None = None


class OrderCancelled(OrderRejected, frozen=True):
    """It was called off, and whatever was set aside has been given back."""


class OrderNeedsAttention(OrderRejected, frozen=True):
    """Something could not be given back; a person must look. `left` names what (courier, kitchen, payment, stock),
    `detail` how the last attempt failed.
    """

    left: tuple[str, ...] = ()
    detail: str = ""


# Commands of the saga.


class AdvanceOrder(Message, tag="advance", tag_field="name", frozen=True):
    """The order has reached this state."""

    order_id: str
    status: Status
    courier_id: str | None = None


class FailOrder(Message, tag="fail", tag_field="name", frozen=True):
    """The order cannot be made: from now on it moves towards its bad ending only. `error` is the name of what stopped
    it.
    """

    order_id: str
    error: str
    detail: str = ""


class CloseOrder(Message, tag="close", tag_field="name", frozen=True):
    """Everything is undone: the order ends. `error` is the name of what stopped it, if nobody has told before;
    `refunded`: its customer's money had been taken.
    """

    order_id: str
    error: str
    detail: str = ""
    refunded: bool = False


class FlagOrder(Message, tag="flag", tag_field="name", frozen=True):
    """The order could not be undone; a person must look. `left` names what is still to be undone."""

    order_id: str
    error: str
    detail: str = ""
    left: tuple[str, ...] = ()


class ReinstateOrder(Message, tag="reinstate", tag_field="name", frozen=True):
    """The order cannot be undone, for its courier has the food: it goes on."""

    order_id: str


type OrderCommand = AdvanceOrder | FailOrder | CloseOrder | FlagOrder | ReinstateOrder


class OrderClosing(Rejection):
    """The order is being undone or has ended badly: it goes no step further."""


class OrderBeyondRecall(Rejection):
    """The food is ready: the order is not undone any more."""
