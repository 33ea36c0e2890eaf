"""A basket: the decisions. Pure."""

import msgspec

from yafdp.basket import messages as m
from yafdp.kernel.errors import Conflict
from yafdp.kernel.ids import derived_id
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message, Money, fingerprint


class LastCheckout(Message, frozen=True):
    """The checkout before: a repeat of it gets the same order, and a rejection of that order brings it back."""

    order_id: str
    fingerprint: str
    restaurant_id: str
    lines: tuple[m.BasketLine, ...]


class Basket(Message, frozen=True):
    """A customer's basket. `checkouts` counts: each checkout's order id is derived from the customer and this number.

    `shown_total` is the total that the customer saw last. `expires_at` is Unix time in seconds.
    """

    customer_id: str
    expires_at: int
    restaurant_id: str | None = None
    lines: tuple[m.BasketLine, ...] = ()
    checkouts: int = 0
    shown_total: Money | None = None
    last_checkout: LastCheckout | None = None


def usable(basket: Basket | None, customer_id: str, now: int, expires_at: int) -> Basket:
    """The basket to work on: the customer's, emptied if its time was up, and good for longer from now on."""
    if basket is None:
        return Basket(customer_id=customer_id, expires_at=expires_at)
    if basket.expires_at <= now:
        # The count goes on, or an order id would be used again; and so does the last checkout, for repeats of it.
        basket = msgspec.structs.replace(basket, restaurant_id=None, lines=(), shown_total=None)
    return msgspec.structs.replace(basket, expires_at=expires_at)


def put(basket: Basket, item_id: str, wanted: m.PutItem) -> Transition[Basket] | None:
    """So many of the item; nothing if it is so. Raises OtherRestaurant, or Conflict when there are too many lines."""
    if basket.lines and basket.restaurant_id != wanted.restaurant_id:
        raise m.OtherRestaurant(
            f"Your basket holds items of {basket.restaurant_id}. Check it out or clear it (DELETE /basket) first."
        )
    line = m.BasketLine(item_id=item_id, quantity=wanted.quantity)
    if line in basket.lines:
        return None
    kept = tuple(line if entry.item_id == item_id else entry for entry in basket.lines)
    lines = kept if line in kept else (*kept, line)
    if len(lines) > m.MAX_LINES:
        raise Conflict(
            f"A basket holds at most {m.MAX_LINES} different items: an order is reserved in one transaction."
        )
    return _changed(msgspec.structs.replace(basket, restaurant_id=wanted.restaurant_id, lines=lines))


def remove(basket: Basket, item_id: str) -> Transition[Basket] | None:
    """None of the item; nothing if there was none."""
    lines = tuple(entry for entry in basket.lines if entry.item_id != item_id)
    if lines == basket.lines:
        return None
    return _changed(msgspec.structs.replace(basket, lines=lines, restaurant_id=basket.restaurant_id if lines else None))


def clear(basket: Basket) -> Transition[Basket] | None:
    """Nothing at all; nothing to do if that is so."""
    if not basket.lines:
        return None
    return _changed(msgspec.structs.replace(basket, lines=(), restaurant_id=None))


def shown(basket: Basket, total: Money | None) -> Transition[Basket] | None:
    """The customer has seen this total; nothing if it was seen before."""
    if basket.shown_total == total:
        return None
    state = msgspec.structs.replace(basket, shown_total=total)
    return Transition(state, _change_event(state))


def repeated(basket: Basket, wanted: m.CheckOut) -> str | None:
    """The order id of the checkout before, if this is the same again: the basket is empty and nothing else is asked."""
    last = basket.last_checkout
    return last.order_id if last and not basket.lines and last.fingerprint == fingerprint(wanted) else None


def check_out(basket: Basket, wanted: m.CheckOut, total: Money) -> Transition[Basket]:
    """The order of what is in the basket, which is empty then.

    `total` is the house's price now. Raises EmptyBasket, or PriceChanged if it is not what the customer saw.
    """
    if not basket.lines or basket.restaurant_id is None:
        raise m.EmptyBasket("There is nothing in your basket.")
    seen = wanted.expected_total.money() if wanted.expected_total else basket.shown_total
    if seen != total:
        raise m.PriceChanged(
            f"The total is now {total.amount} {total.currency} (minor units). Look at the basket, then check out."
        )
    order_id = derived_id("basket", basket.customer_id, str(basket.checkouts))
    event = m.BasketCheckedOut(
        order_id=order_id,
        customer_id=basket.customer_id,
        restaurant_id=basket.restaurant_id,
        items=basket.lines,
        delivery_address=wanted.delivery_address,
        payment_method=wanted.payment_method,
        total=total,
        note=wanted.note,
        coordination=wanted.coordination,
    )
    last = LastCheckout(
        order_id=order_id, fingerprint=fingerprint(wanted), restaurant_id=basket.restaurant_id, lines=basket.lines
    )
    state = msgspec.structs.replace(
        basket,
        restaurant_id=None,
        lines=(),
        shown_total=None,
        checkouts=basket.checkouts + 1,
        last_checkout=last,
    )
    return Transition(state, event)


def restore(basket: Basket | None, order_id: str) -> Transition[Basket] | None:
    """What the rejected order held, back in the basket; nothing if the customer has moved on since."""
    if basket is None or basket.lines or basket.last_checkout is None or basket.last_checkout.order_id != order_id:
        return None
    last = basket.last_checkout
    state = msgspec.structs.replace(
        basket, restaurant_id=last.restaurant_id, lines=last.lines, shown_total=None, last_checkout=None
    )
    event = m.BasketRestored(
        customer_id=basket.customer_id, restaurant_id=last.restaurant_id, order_id=order_id, items=last.lines
    )
    return Transition(state, event)


def _changed(basket: Basket) -> Transition[Basket]:
    """A change of the lines: whatever total was shown is of another basket now."""
    state = msgspec.structs.replace(basket, shown_total=None)
    return Transition(state, _change_event(state))


def _change_event(basket: Basket) -> m.BasketChanged:
    return m.BasketChanged(customer_id=basket.customer_id, restaurant_id=basket.restaurant_id, items=basket.lines)
