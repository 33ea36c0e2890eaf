"""The basket's table, and its way to the internal pricing API."""

import os

from yafdp.basket.messages import Quote
from yafdp.basket.model import Basket
from yafdp.kernel.invoke import invoke
from yafdp.kernel.journal import Journal

# Seconds that a basket waits for its customer, counted from the last change.
BASKET_SECONDS = 30 * 86_400
# Time to live deletes late and in any order. The state must outlive its events, or a new basket would meet an old
# event.
STATE_GRACE_SECONDS = 14 * 86_400


def baskets() -> Journal[Basket]:
    """The journal of baskets, one per customer."""
    return Journal(
        os.environ["BASKET_TABLE"],
        source="yafdp.basket",
        prefix="BASKET#",
        state=Basket,
        expires=lambda basket: (basket.expires_at + STATE_GRACE_SECONDS, basket.expires_at),
    )


def quote(basket: Basket) -> Quote:
    """The house's price for what is in the basket. Raises Refused by name, Unavailable if pricing does not answer."""
    lines = [{"itemId": line.item_id, "quantity": line.quantity} for line in basket.lines]
    return invoke(os.environ["PRICING_FUNCTION"], {"restaurantId": basket.restaurant_id, "items": lines}, Quote)
