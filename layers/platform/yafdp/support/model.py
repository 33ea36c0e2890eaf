"""What support is told of what happened: the decisions. Pure."""

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.messages import Money
from yafdp.support.messages import LargeBasket, Notice, OrderEvent, Severity

# Endings that a customer or a restaurant chose, or that the shop foresees: nobody has to act on a single one.
EXPECTED = frozenset(
    {
        "UnknownRestaurant",
        "RestaurantClosed",
        "UnknownItem",
        "ItemUnavailable",
        "OutOfStock",
        "CardDeclined",
        "KitchenRejected",
        "PriceChanged",
        "CancelledByCustomer",
        "CancelledByKitchen",
    }
)
# The reason where an event names none.
_REASONS = {"OrderStalled": "Stalled", "OrderConfirmed": "high-value", "OrderCancelled": "Cancelled"}
_HEADLINES = {
    "OrderNeedsAttention": "Order needs attention",
    "OrderStalled": "Order does not move",
    "OrderRejected": "Order rejected",
    "OrderCancelled": "Order cancelled",
    "OrderConfirmed": "Order of high value",
}
_UNDONE = {
    "OrderRejected": "Whatever had been set aside (stock, money, courier) has been given back.",
    "OrderCancelled": "Whatever had been set aside (stock, money, courier) has been given back.",
    "OrderNeedsAttention": "Not everything could be given back.",
    "OrderStalled": "Nothing has been undone: the order may still go on.",
}
_BEING_UNDONE = "Whatever has been set aside (stock, money, courier) is being given back: the order will end."
_NEXT = {
    "OrderNeedsAttention": "make resume ORDER={order}",
    "OrderStalled": "make resume ORDER={order}",
}
_OTHERWISE = "make trace ID={order}"


def large_basket(basket: LargeBasket, event_id: str) -> Notice:
    """A large order is coming: somebody may want to call the restaurant."""
    value = amount(basket.total)
    return Notice(
        subject=f"Large order of {value}",
        text=f"Order {basket.order_id} at {basket.restaurant_id} is worth {value}.",
        attributes={
            "severity": Severity.INFO.value,
            "reason": "large-basket",
            "restaurant": basket.restaurant_id,
            "value": basket.total.amount,
            "eventId": event_id,
        },
    )


def order_notice(event: Envelope, order: OrderEvent, high_value: int) -> Notice | None:
    """What support is told of an order's event; None for one that needs nobody. `high_value` is in minor units."""
    if event.type not in _HEADLINES:
        return None
    precious = order.total is not None and order.total.amount >= high_value
    if event.type == "OrderConfirmed" and not precious:
        return None
    reason = order.code or _REASONS.get(event.type) or "Unknown"
    grade = severity(event.type, reason, precious=precious)
    return Notice(
        subject=f"[{grade}] {_HEADLINES[event.type]}: {reason}",
        text=_text(event, order, reason, grade),
        attributes=_attributes(event, order, reason, grade),
    )


def severity(kind: str, reason: str, *, precious: bool) -> Severity:
    """How soon somebody must look at an event of this type. An order that needs attention is critical whatever else is
    known of it: each filter policy of ours lets `critical` through.
    """
    if kind == "OrderNeedsAttention":
        return Severity.CRITICAL
    if kind == "OrderConfirmed":
        return Severity.INFO
    if kind == "OrderStalled" or precious:
        return Severity.WARNING
    expected = kind == "OrderCancelled" or reason in EXPECTED
    return Severity.INFO if expected else Severity.WARNING


def amount(money: Money) -> str:
    """An amount as people write it."""
    return f"{money.amount / 100:.2f} {money.currency}"


def _attributes(event: Envelope, order: OrderEvent, reason: str, grade: Severity) -> dict[str, str | int]:
    told: dict[str, str | int] = {
        "severity": grade.value,
        "reason": reason,
        "restaurant": order.restaurant_id,
        "eventId": event.id,
    }
    # Absent where it is not known: a made-up 0 would pass for a cheap order.
    return told | ({"value": order.total.amount} if order.total else {})


def _text(event: Envelope, order: OrderEvent, reason: str, grade: Severity) -> str:
    """What a person needs to act: who, where, what, and the command to run next."""
    facts = {
        "Order": event.aggregate_id,
        "Customer": order.customer_id,
        "Restaurant": order.restaurant_id,
        "Status": order.status,
        "Severity": grade.value,
        "Reason": reason,
        "Customer was told": order.reason,
        "Total": amount(order.total) if order.total else None,
        "Stands still since": order.since,
        "Measure taken": order.measure,
        "Undone": _BEING_UNDONE if order.measure == "undo" else _UNDONE.get(event.type),
        "Not undone": ", ".join(order.left),
        "Last failure": order.detail,
        "Happened at": event.occurred_at,
        "Correlation id": event.correlation_id,
        "Next": _NEXT.get(event.type, _OTHERWISE).format(order=event.aggregate_id),
    }
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value) + "\n"
