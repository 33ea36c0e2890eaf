"""The order: what it is, and the decisions about it. Pure: no AWS, no clock."""

from typing import Any

import msgspec

from yafdp.kernel.docket import Docket, DocketLine, Failure
from yafdp.kernel.errors import Conflict, KeyReused, Rejection
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Address, Message, Money
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Coordination, Line, Status
from yafdp.ordering.views import OrderView

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

_STEPS: dict[Status, type[m.OrderReserved]] = {
    Status.RESERVED: m.OrderReserved,
    Status.AUTHORISED: m.OrderAuthorised,
    Status.ACCEPTED: m.OrderAccepted,
    Status.ASSIGNED: m.OrderAssigned,
    Status.CONFIRMED: m.OrderConfirmed,
    Status.READY: m.OrderReady,
    Status.PICKED_UP: m.OrderPickedUp,
    Status.DELIVERED: m.OrderDelivered,
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
    # What stopped it, from the moment it is being undone.
    closing: Failure | None = None
    # What the customer's bank wants of them before the order goes on from RESERVED.
    payment_action: m.PaymentAction | None = None
    # How often the watchdog has found it standing still.
    stalls: int = 0

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
            closing=self.closing is not None and self.status not in ENDINGS,
            payment_action=self.payment_action if self.status is Status.RESERVED and self.closing is None else None,
        )

    def docket(self, failure: Failure | None = None) -> Docket | None:
        """What the participants of a choreographed order hand on; None for an orchestrated one."""
        if self.coordination is not Coordination.CHOREOGRAPHY or self.total is None:
            return None
        return Docket(
            customer_id=self.customer_id,
            restaurant_id=self.restaurant_id,
            items=tuple(
                DocketLine(item_id=line.item_id, quantity=line.quantity, name=line.name) for line in self.lines
            ),
            total=self.total,
            payment_method=self.payment_method,
            country=self.delivery_address.country,
            automatic_acceptance=self.automatic_acceptance,
            delivery_address=self.delivery_address,
            note=self.note,
            failure=failure,
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
            docket=state.docket(),
        ),
    )


def advance(order: Order | None, command: m.AdvanceOrder, at: str) -> Transition[Order] | None:
    """The order one step on; nothing if it is there already or further.

    Raises OrderClosing for an order that is being undone or has ended badly, Conflict for a skipped step.
    """
    order = existing(order)
    here, there = _place(order), WAY.index(command.status)
    if there <= here:
        return None
    if there != here + 1:
        raise Conflict(f"order {order.order_id} is {order.status} and cannot become {command.status}")
    return _stepped(order, command.courier_id, at)


def approach(order: Order | None, command: m.AdvanceOrder, at: str) -> Transition[Order] | None:
    """The next step towards a state that the order is known to have come to; nothing if it is there already or further.

    What a participant tells implies all that must have happened before, and its news may arrive first.
    Raises OrderClosing for an order that is being undone or has ended badly.
    """
    order = existing(order)
    if WAY.index(command.status) <= _place(order):
        return None
    return _stepped(order, command.courier_id, at)


def payment_pending(order: Order | None, action: m.PaymentAction, at: str) -> Transition[Order] | None:
    """The customer's bank wants something of them; nothing if that is known, or the order has got further meanwhile.

    Raises OrderClosing for an order that is being undone or has ended badly, Conflict before it is reserved.
    """
    order = existing(order)
    if _place(order) < WAY.index(Status.RESERVED):
        raise Conflict(f"order {order.order_id} is {order.status}: nobody has asked for its payment yet")
    if order.status is not Status.RESERVED or order.payment_action is not None:
        return None
    state = msgspec.structs.replace(order, payment_action=action, updated_at=at)
    return Transition(state, m.OrderPaymentPending(**told(state), payment_action=action))


def existing(order: Order | None) -> Order:
    """The order that a command speaks of.

    Raises Conflict if there is none: commands come only from our own machinery.
    """
    if order is None:
        raise Conflict("the command speaks of an order that does not exist")
    return order


def told(order: Order) -> dict[str, Any]:
    """What every event of an order says."""
    return {"status": order.status, "customer_id": order.customer_id, "restaurant_id": order.restaurant_id}


def _place(order: Order) -> int:
    if order.status not in WAY or order.closing is not None:
        raise m.OrderClosing(f"order {order.order_id} is being undone, or has ended as {order.status}")
    return WAY.index(order.status)


def _stepped(order: Order, courier_id: str | None, at: str) -> Transition[Order]:
    state = msgspec.structs.replace(
        order,
        status=WAY[WAY.index(order.status) + 1],
        courier_id=courier_id or order.courier_id,
        updated_at=at,
    )
    return Transition(state, _step_event(state))


def _step_event(order: Order) -> m.OrderReserved:
    match order.status:
        case Status.ASSIGNED:
            return m.OrderAssigned(**told(order), courier_id=order.courier_id)
        case Status.CONFIRMED:
            return m.OrderConfirmed(**told(order), total=order.total or Money(amount=0, currency="EUR"))
    return _STEPS[order.status](**told(order))
