"""The price rules. Pure, in whole minor units: nothing is rounded because nothing is ever divided."""

from yafdp.kernel.messages import Money
from yafdp.pricing.messages import Menu, Quote, Quoted, QuotedLine, UnknownItem

# Named in every quote, so that an old order can be explained by the rules of its day.
RULES = "2026-1"
DELIVERY_FEE = 299
FREE_DELIVERY_FROM = 3000


def quote(wanted: Quote, menu: Menu) -> Quoted:
    """The price of the wanted lines on this menu. Raises UnknownItem for an item that the menu does not have."""
    on_menu = {item.item_id: item for item in menu.items}
    lines = []
    for line in wanted.items:
        item = on_menu.get(line.item_id)
        if item is None:
            raise UnknownItem(f"{line.item_id} is not on the menu")
        lines.append(QuotedLine(item_id=line.item_id, quantity=line.quantity, name=item.name, unit_price=item.price))
    currency = lines[0].unit_price.currency
    subtotal = sum(line.quantity * line.unit_price.amount for line in lines)
    fee = 0 if subtotal >= FREE_DELIVERY_FROM else DELIVERY_FEE
    return Quoted(
        items=tuple(lines),
        subtotal=Money(amount=subtotal, currency=currency),
        delivery_fee=Money(amount=fee, currency=currency),
        total=Money(amount=subtotal + fee, currency=currency),
        automatic_acceptance=menu.automatic_acceptance,
        rules=RULES,
    )
