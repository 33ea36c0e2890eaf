"""The price rules. Pure, in whole minor units.

Rounding: only the discount and the tax are ever divided; each once, on the whole order, half a minor unit up. Lines
are never rounded,
so the total is the same however an order is split into lines.
"""

from yafdp.kernel.messages import Money
from yafdp.pricing.messages import ItemUnavailable, Menu, Quote, Quoted, QuotedLine, UnknownItem

# Named in every quote, so that an old order can be explained by the rules of its day.
RULES = {"delivery": "2026-1", "discount": "2026-1", "tax": "2026-1"}
# Delivery: a flat fee, waived for larger orders (after the discount).
DELIVERY_FEE = 299
FREE_DELIVERY_FROM = 3000
# Discount: a share of the subtotal of large orders.
DISCOUNT_FROM = 10_000
DISCOUNT_PERCENT = 5
# Tax: prices include it, as menus in the European Union must. 7 % is Germany's reduced rate for food, and delivery
# goes with it.
# https://www.gesetze-im-internet.de/ustg_1980/__12.html
TAX_PERCENT = 7


def quote(wanted: Quote, menu: Menu) -> Quoted:
    """The price of the wanted lines on this menu.

    Raises UnknownItem for an item that the menu does not have, ItemUnavailable for one that cannot be ordered now.
    """
    lines = _lines(wanted, menu)
    currency = lines[0].unit_price.currency
    subtotal = sum(line.quantity * line.unit_price.amount for line in lines)
    discount = _share(subtotal, DISCOUNT_PERCENT, 100) if subtotal >= DISCOUNT_FROM else 0
    fee = 0 if subtotal - discount >= FREE_DELIVERY_FROM else DELIVERY_FEE
    total = subtotal - discount + fee
    return Quoted(
        items=lines,
        subtotal=Money(amount=subtotal, currency=currency),
        discount=Money(amount=discount, currency=currency),
        delivery_fee=Money(amount=fee, currency=currency),
        tax=Money(amount=_share(total, TAX_PERCENT, 100 + TAX_PERCENT), currency=currency),
        total=Money(amount=total, currency=currency),
        automatic_acceptance=menu.automatic_acceptance,
        rules=RULES,
    )


def _lines(wanted: Quote, menu: Menu) -> tuple[QuotedLine, ...]:
    on_menu = {item.item_id: item for item in menu.items}
    lines = []
    for line in wanted.items:
        item = on_menu.get(line.item_id)
        if item is None:
            raise UnknownItem(f"{line.item_id} is not on the menu")
        if not item.available:
            raise ItemUnavailable(f"{line.item_id} is not available now")
        lines.append(QuotedLine(item_id=line.item_id, quantity=line.quantity, name=item.name, unit_price=item.price))
    return tuple(lines)


def _share(amount: int, numerator: int, denominator: int) -> int:
    """That share of a non-negative amount, half a minor unit rounded up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)
