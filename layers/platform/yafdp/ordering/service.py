"""Ordering's use cases."""

from functools import cache
from typing import Protocol

from yafdp.kernel.clock import timestamp
from yafdp.kernel.context import current
from yafdp.kernel.docket import without_docket
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import FieldError, InvalidMessage, InvalidRequest, NotFound
from yafdp.kernel.ids import derived_id, random_id
from yafdp.kernel.invoke import Refused
from yafdp.kernel.journal import UNBORN, Recorded, Transition
from yafdp.kernel.messages import Page, Receipt, fingerprint, receipt
from yafdp.kernel.observability import annotate, count
from yafdp.ordering import endings, model, store
from yafdp.ordering import messages as m
from yafdp.ordering.model import Order
from yafdp.ordering.views import EventView, OrderView


class Ordering:
    """What can be done with orders."""

    def place(self, request: m.PlaceOrder, customer_id: str, key: str | None) -> Receipt:
        """Store the request and put it in line; the same key and request again give the same receipt and one order.

        Raises KeyReused if the key was used for another request, InvalidRequest if the key is too long or an item is
        named twice.
        """
        _check(request, key)
        order_id = derived_id("order", customer_id, key or random_id())
        annotate("order_id", order_id)
        asked = _asked(order_id, customer_id, request)
        order, _ = _received(asked)
        # Sent again on a repeat too, as long as nothing has happened: the first attempt may have died just before
        # this line.
        if order is None or order.status is m.Status.RECEIVED:
            store.enqueue(command(m.SubmitOrder(order_id=order_id), order_id))
        return receipt(order_id)

    def take_in(self, message: Envelope) -> None:
        """Price the order and start its saga. Done again, it finds its work done.

        The order comes by its id from POST /orders, or whole from a basket's checkout, which is received here first.
        """
        match message.type:
            case "SubmitOrder":
                recorded = store.orders().load(contents(message, m.SubmitOrder).order_id)
            case "BasketCheckedOut":
                recorded = _received(_checked_out(contents(message, m.BasketCheckedOut)))
            case _:
                raise InvalidMessage(f"the order queue does not know {message.type}")
        order = self._priced(recorded)
        annotate("order_id", order.order_id)
        # A choreographed order needs nobody to start it: that it is priced is on the bus.
        if order.status is m.Status.PRICED and order.coordination is m.Coordination.ORCHESTRATION:
            store.start_saga(order)

    def _priced(self, recorded: Recorded[Order]) -> Order:
        """The order with the house's prices, or rejected if it cannot have any."""
        order = model.existing(recorded.state)
        if order.status is not m.Status.RECEIVED:
            return order
        try:
            priced = store.quote(order)
            recorded = store.orders().transition(
                order.order_id, lambda order: model.price(order, priced, timestamp()), known=recorded
            )
        except Refused as refusal:
            recorded = self._closed(m.CloseOrder(order_id=order.order_id, error=refusal.error, detail=str(refusal)))
        except model.PriceChanged as refusal:
            recorded = self._closed(m.CloseOrder(order_id=order.order_id, error="PriceChanged", detail=str(refusal)))
        return model.existing(recorded.state)

    def perform(self, order_command: m.OrderCommand) -> OrderView:
        """A command of the saga. Raises OrderClosing, OrderBeyondRecall."""
        at = timestamp()
        match order_command:
            case m.AdvanceOrder():
                return self._changed(order_command.order_id, lambda order: model.advance(order, order_command, at))
            case m.FailOrder():
                return self._changed(order_command.order_id, lambda order: endings.fail(order, order_command, at))
            case m.CloseOrder():
                return _view(self._closed(order_command))
            case m.ReinstateOrder():
                return self._changed(order_command.order_id, lambda order: endings.reinstate(order, at))
            case m.FlagOrder():
                flag = _counting("OrdersNeedingAttention", m.Status.NEEDS_ATTENTION)
                return _view(flag(order_command.order_id, lambda order: endings.flag(order, order_command, at)))

    def cancel(self, order_id: str, customer_id: str) -> OrderView:
        """The customer calls the order off; what has been set aside for it is given back after this.

        Raises NotFound for anybody else's order, Conflict once the food is ready.
        """
        before, at = _owned(order_id, customer_id), timestamp()
        after = store.orders().transition(
            order_id, lambda order: endings.cancel(order, endings.BY_CUSTOMER, "", at), known=before
        )
        if after.version != before.version:
            count("OrdersCancelled")
        return _view(after)

    def _changed(self, order_id: str, decide: store.Decision) -> OrderView:
        return _view(store.orders().transition(order_id, decide))

    def _closed(self, order_command: m.CloseOrder) -> Recorded[Order]:
        at, close = timestamp(), _counting("OrdersRejected", m.Status.REJECTED)
        return close(order_command.order_id, lambda order: endings.close(order, order_command, at))

    def show(self, order_id: str, customer_id: str) -> OrderView:
        """The customer's order. Raises NotFound for anybody else's too."""
        return _view(_owned(order_id, customer_id))

    def list(self, customer_id: str, limit: int, cursor: str | None) -> Page[OrderView]:
        """The customer's orders, newest first."""
        found, following = store.of_customer(customer_id, limit, cursor)
        return Page(items=tuple(_view(recorded) for recorded in found), cursor=following)

    def history(self, order_id: str, customer_id: str, after: int, limit: int) -> Page[EventView]:
        """The order's events with a sequence above `after`. The cursor is the last sequence of a full page."""
        _owned(order_id, customer_id)
        found = store.orders().events(order_id, after, limit)
        items = tuple(
            EventView(
                sequence=event.sequence,
                type=event.type,
                status=m.Status(event.data["status"]),
                occurred_at=event.occurred_at,
                data=without_docket(event.data),
            )
            for event in found
        )
        return Page(items=items, cursor=str(items[-1].sequence) if len(items) == limit else None)


@cache
def ordering() -> Ordering:
    """The sandbox's one instance."""
    return Ordering()


def _received(asked: Order) -> Recorded[Order]:
    """The order as it was first asked for. Raises KeyReused if it was asked for otherwise."""
    receive = _counting("OrdersReceived", m.Status.RECEIVED)
    return receive(asked.order_id, lambda order: model.receive(order, asked), known=UNBORN)


class _Change(Protocol):
    """A transition, like the journal's."""

    def __call__(
        self, order_id: str, decide: store.Decision, known: Recorded[Order] | None = None
    ) -> Recorded[Order]: ...


def _counting(metric: str, status: m.Status) -> _Change:
    """A transition that counts if it brings its order to this status; a repeat changes nothing and is not counted."""

    def change(order_id: str, decide: store.Decision, known: Recorded[Order] | None = None) -> Recorded[Order]:
        made: Transition[Order] | None = None

        def remembered(order: Order | None) -> Transition[Order] | None:
            nonlocal made
            made = decide(order)
            return made

        after = store.orders().transition(order_id, remembered, known)
        if made is not None and made.state.status is status:
            count(metric)
        return after

    return change


def _check(request: m.PlaceOrder, key: str | None) -> None:
    if key is not None and not 1 <= len(key) <= m.MAX_KEY_LENGTH:
        detail = f"Idempotency-Key must have 1 to {m.MAX_KEY_LENGTH} characters"
        raise InvalidRequest(detail, (FieldError("header:Idempotency-Key", detail),))
    if request.coordination is not None and not store.coordination_can_be_chosen():
        detail = "the coordination of an order cannot be chosen here"
        raise InvalidRequest(detail, (FieldError("/coordination", detail),))
    seen: set[str] = set()
    for index, item in enumerate(request.items):
        if item.item_id in seen:
            detail = f"{item.item_id} is named twice; name it once, with the sum of the quantities"
            raise InvalidRequest(detail, (FieldError(f"/items/{index}/itemId", detail),))
        seen.add(item.item_id)


def _asked(order_id: str, customer_id: str, request: m.PlaceOrder) -> Order:
    at = timestamp()
    return Order(
        order_id=order_id,
        customer_id=customer_id,
        restaurant_id=request.restaurant_id,
        status=m.Status.RECEIVED,
        lines=tuple(m.Line(item_id=item.item_id, quantity=item.quantity) for item in request.items),
        delivery_address=request.delivery_address,
        payment_method=request.payment_method,
        coordination=request.coordination or store.default_coordination(),
        fingerprint=fingerprint(request),
        created_at=at,
        updated_at=at,
        correlation_id=current().correlation_id,
        note=request.note,
    )


def _checked_out(basket: m.BasketCheckedOut) -> Order:
    at = timestamp()
    return Order(
        order_id=basket.order_id,
        customer_id=basket.customer_id,
        restaurant_id=basket.restaurant_id,
        status=m.Status.RECEIVED,
        lines=tuple(m.Line(item_id=item.item_id, quantity=item.quantity) for item in basket.items),
        delivery_address=basket.delivery_address,
        payment_method=basket.payment_method,
        coordination=basket.coordination or store.default_coordination(),
        # A checkout's order id is its own idempotency key: the basket derives a new one for each.
        fingerprint=basket.order_id,
        created_at=at,
        updated_at=at,
        correlation_id=current().correlation_id,
        note=basket.note,
        agreed_total=basket.total,
    )


def _owned(order_id: str, customer_id: str) -> Recorded[Order]:
    recorded = store.orders().load(order_id)
    if recorded.state is None or recorded.state.customer_id != customer_id:
        raise NotFound(f"You have no order {order_id}.")
    return recorded


def _view(recorded: Recorded[Order]) -> OrderView:
    return model.existing(recorded.state).view(recorded.version)
