"""The order: what it is, and the decisions about it. Pure: no AWS, no clock."""

from typing import Any

import msgspec

from yafdp.kernel.errors import Conflict, KeyReused, Rejection
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Address, Message, Money
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Coordination, Line, OrderView, Status

# The way of an order that goes well; an order moves along it one step at a time and never back.
WAY = (
    Status.RECEIVED,
    Status.PRICED,
    Status.RESERVED,
    Status.AUTHORISED,
    Status.ACCEPTED,
    Status.ASSIGNED,
    Status.CONFIRMED,
    Status.READY,
    Status.PICKED_UP,
    Status.DELIVERED,
)
ENDINGS = frozenset({Status.DELIVERED, Status.REJECTED, Status.CANCELLED, Status.NEEDS_ATTENTION})

# What stopped an order, in the customer's words.
REASONS = {
    "UnknownRestaurant": "This restaurant does not exist any more.",
    "RestaurantClosed": "This restaurant is closed at the moment.",
    "UnknownItem": "An item of your order is not on the menu any more.",
    "ItemUnavailable": "An item of your order is not available at the moment.",
    "OutOfStock": "An item of your order is sold out.",
    "CardDeclined": "Your card was declined.",
    "KitchenRejected": "The restaurant could not take your order.",
    "KitchenSilent": "The restaurant did not answer in time.",
    "NoCourier": "No courier is available for your address.",
    "PriceChanged": "The price has changed since you ordered. Nothing has been charged; please look at it again.",
    "CaptureFailed": "The payment could not be completed.",
}
UNEXPECTED = "Something went wrong on our side. You have not been charged."
# When the undoing itself failed, nobody can promise that yet.
ATTENTION = "Something went wrong on our side, and a person is looking into it. Our support will be in touch."

_STEPS: dict[Status, type[m.OrderReserved]] = {
    Status.RESERVED: m.OrderReserved,
    Status.AUTHORISED: m.OrderAuthorised,
    Status.ACCEPTED: m.OrderAccepted,
    Status.ASSIGNED: m.OrderAssigned,
    Status.CONFIRMED: m.OrderConfirmed,
}


class Order(Message, frozen=True):
    """An order's state. `fingerprint` is the hash of the request that made it."""

    order_id: str
    customer_id: str
    restaurant_id: str
    status: Status
    lines: tuple[Line, ...]
    delivery_address: Address
    payment_method: str
    coordination: Coordination
    fingerprint: str
    created_at: str
    updated_at: str
    correlation_id: str
    note: str | None = None
    total: Money | None = None
    reason: str | None = None
    courier_id: str | None = None
    automatic_acceptance: bool = False
    # The total that the customer agreed to, where there was one: the order is never charged another.
    agreed_total: Money | None = None

    def view(self, version: int) -> OrderView:
        """The order as its customer sees it."""
        return OrderView(
            order_id=self.order_id,
            customer_id=self.customer_id,
            restaurant_id=self.restaurant_id,
            status=self.status,
            reason=self.reason,
            items=self.lines,
            total=self.total,
            version=version,
            coordination=self.coordination,
            created_at=self.created_at,
            updated_at=self.updated_at,
            delivery_address=self.delivery_address,
            note=self.note,
        )


class PriceChanged(Rejection):
    """The house's price is not the one that the customer agreed to."""


class Priced(Message, frozen=True):
    """The answer of the internal pricing API, as far as ordering needs it."""

    items: tuple[Line, ...]
    total: Money
    automatic_acceptance: bool = False


def receive(order: Order | None, asked: Order) -> Transition[Order] | None:
    """A new order; nothing if this very request was received before.

    Raises KeyReused if another request came under the same id.
    """
    if order is None:
        return Transition(
            asked,
            m.OrderReceived(
                status=asked.status, customer_id=asked.customer_id, restaurant_id=asked.restaurant_id, items=asked.lines
            ),
        )
    if order.fingerprint != asked.fingerprint:
        raise KeyReused("This Idempotency-Key was used for a different order. Use a new key for a new order.")
    return None


def price(order: Order | None, priced: Priced, at: str) -> Transition[Order] | None:
    """The order with the house's prices; nothing if it has been priced already.

    Raises PriceChanged if the customer agreed to another total.
    """
    order = existing(order)
    if order.status is not Status.RECEIVED:
        return None
    if order.agreed_total not in {None, priced.total}:
        raise PriceChanged("the price is not the one that was agreed to")
    state = msgspec.structs.replace(
        order,
        status=Status.PRICED,
        lines=priced.items,
        total=priced.total,
        automatic_acceptance=priced.automatic_acceptance,
        updated_at=at,
    )
    return Transition(
        state,
        m.OrderPriced(
            status=state.status,
            customer_id=state.customer_id,
            restaurant_id=state.restaurant_id,
            items=state.lines,
            total=priced.total,
        ),
    )


def advance(order: Order | None, command: m.AdvanceOrder, at: str) -> Transition[Order] | None:
    """The order one step on; nothing if it is there already or further. Raises Conflict for a skipped step or an
    order that has ended.
    """
    order = existing(order)
    if order.status not in WAY:
        raise Conflict(f"order {order.order_id} has ended as {order.status}")
    here, there = WAY.index(order.status), WAY.index(command.status)
    if there <= here:
        return None
    if there != here + 1:
        raise Conflict(f"order {order.order_id} is {order.status} and cannot become {command.status}")
    state = msgspec.structs.replace(
        order, status=command.status, courier_id=command.courier_id or order.courier_id, updated_at=at
    )
    return Transition(state, _step_event(state))


def reject(order: Order | None, command: m.RejectOrder | m.FlagOrder, at: str) -> Transition[Order] | None:
    """The order's bad ending, in words a person understands; nothing if it has ended already."""
    order = existing(order)
    if order.status in ENDINGS:
        return None
    flagged = isinstance(command, m.FlagOrder)
    state = msgspec.structs.replace(
        order,
        status=Status.NEEDS_ATTENTION if flagged else Status.REJECTED,
        reason=ATTENTION if flagged else REASONS.get(command.error, UNEXPECTED),
        updated_at=at,
    )
    event = m.OrderNeedsAttention if flagged else m.OrderRejected
    return Transition(
        state,
        event(
            status=state.status,
            customer_id=state.customer_id,
            restaurant_id=state.restaurant_id,
            code=command.error,
            reason=state.reason or UNEXPECTED,
        ),
    )


def existing(order: Order | None) -> Order:
    """The order that a command speaks of.

    Raises Conflict if there is none: commands come only from our own machinery.
    """
    if order is None:
        raise Conflict("the command speaks of an order that does not exist")
    return order


def _step_event(order: Order) -> m.OrderReserved:
    told: dict[str, Any] = {
        "status": order.status,
        "customer_id": order.customer_id,
        "restaurant_id": order.restaurant_id,
    }
    match order.status:
        case Status.ASSIGNED:
            return m.OrderAssigned(**told, courier_id=order.courier_id)
        case Status.CONFIRMED:
            return m.OrderConfirmed(**told, total=order.total or Money(amount=0, currency="EUR"))
    return _STEPS[order.status](**told)
