"""The basket's use cases."""

from collections.abc import Callable

from yafdp.basket import messages as m
from yafdp.basket import model, store
from yafdp.basket.model import Basket
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage, Unavailable
from yafdp.kernel.invoke import Refused
from yafdp.kernel.journal import Recorded, Transition
from yafdp.kernel.messages import Receipt, receipt
from yafdp.kernel.observability import count

type Change = Callable[[Basket], Transition[Basket] | None]


def show(customer_id: str) -> m.BasketView:
    """The customer's basket with a live quote."""
    before = store.baskets().load(customer_id)
    return _quoted(customer_id, Recorded(_usable(before.state, customer_id), before.version))


def put(customer_id: str, item_id: str, wanted: m.PutItem) -> m.BasketView:
    """So many of the item. Raises OtherRestaurant."""
    return _quoted(customer_id, _change(customer_id, lambda basket: model.put(basket, item_id, wanted)))


def remove(customer_id: str, item_id: str) -> m.BasketView:
    """None of the item."""
    return _quoted(customer_id, _change(customer_id, lambda basket: model.remove(basket, item_id)))


def clear(customer_id: str) -> m.BasketView:
    """An empty basket."""
    return _quoted(customer_id, _change(customer_id, model.clear))


def check_out(customer_id: str, wanted: m.CheckOut) -> Receipt:
    """Order what is in the basket; the same again gives the same order.

    Raises EmptyBasket, PriceChanged, BasketUnsellable, Unavailable.
    """
    before = store.baskets().load(customer_id)
    basket = _usable(before.state, customer_id)
    order_id = model.repeated(basket, wanted)
    if order_id is None:
        order_id = _checked_out(customer_id, Recorded(basket, before.version), wanted)
    return receipt(order_id)


def restore(event: Envelope) -> None:
    """An order was rejected: if it came from the basket and that is still empty, its items are there again."""
    if event.type != m.OrderRejected.__name__:
        raise InvalidMessage(f"the basket does not listen to {event.type}")
    customer_id = contents(event, m.OrderRejected).customer_id
    store.baskets().transition(customer_id, lambda basket: model.restore(basket, event.aggregate_id))


def _checked_out(customer_id: str, before: Recorded[Basket], wanted: m.CheckOut) -> str:
    if before.state is None or not before.state.lines:
        raise m.EmptyBasket("There is nothing in your basket.")
    priced = before.state
    try:
        total = store.quote(priced).total
    except Refused as refusal:
        raise m.BasketUnsellable(f"{refusal.error}: {refusal}") from refusal

    def decide(stored: Basket | None) -> Transition[Basket] | None:
        basket = _usable(stored, customer_id)
        if model.repeated(basket, wanted):
            return None
        if basket.lines and basket.lines != priced.lines:
            raise m.PriceChanged("The basket was changed meanwhile. Look at it again, then check out.")
        return model.check_out(basket, wanted, total)

    recorded = store.baskets().transition(customer_id, decide, known=before)
    count("BasketsCheckedOut")
    last = recorded.state.last_checkout if recorded.state else None
    if last is None:
        raise m.EmptyBasket("There is nothing in your basket.")
    return last.order_id


def _change(customer_id: str, change: Change) -> Recorded[Basket]:
    recorded = store.baskets().transition(customer_id, lambda basket: change(_usable(basket, customer_id)))
    return Recorded(_usable(recorded.state, customer_id), recorded.version)


def _quoted(customer_id: str, recorded: Recorded[Basket]) -> m.BasketView:
    """The basket with the house's price now; the total that is shown is remembered, for the checkout to compare."""
    basket = _usable(recorded.state, customer_id)
    quote, issue = _quote(basket)
    if quote is not None:
        total = quote.total

        def decide(stored: Basket | None) -> Transition[Basket] | None:
            current = _usable(stored, customer_id)
            return model.shown(current, total) if current.lines == basket.lines else None

        recorded = store.baskets().transition(customer_id, decide, known=recorded)
    return m.BasketView(
        restaurant_id=basket.restaurant_id,
        items=basket.lines,
        version=recorded.version,
        quote=quote,
        issue=issue,
    )


def _quote(basket: Basket) -> tuple[m.Quote | None, m.QuoteIssue | None]:
    if not basket.lines:
        return None, None
    try:
        return store.quote(basket), None
    except Refused as refusal:
        return None, m.QuoteIssue(code=refusal.error, detail=str(refusal))
    except Unavailable:
        return None, m.QuoteIssue(code="Unavailable", detail="The price cannot be told at the moment.")


def _usable(basket: Basket | None, customer_id: str) -> Basket:
    return model.usable(basket, customer_id, now=epoch_in(0), expires_at=epoch_in(store.BASKET_SECONDS))
