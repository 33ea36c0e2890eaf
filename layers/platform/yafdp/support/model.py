"""What support is told of what happened: the decisions. Pure."""

from yafdp.support.messages import LargeBasket, Notice


def large_basket(basket: LargeBasket, event_id: str) -> Notice:
    """A large order is coming: somebody may want to call the restaurant."""
    value = f"{basket.total.amount / 100:.2f} {basket.total.currency}"
    return Notice(
        subject=f"Large order of {value}",
        text=f"Order {basket.order_id} at {basket.restaurant_id} is worth {value}.",
        attributes={
            "severity": "info",
            "reason": "large-basket",
            "restaurant": basket.restaurant_id,
            "value": basket.total.amount,
            "eventId": event_id,
        },
    )
