"""Who hears of what: the decisions. Pure."""

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.notifications.messages import Update


def recipient(event: Envelope) -> str:
    """The user whom an order's event concerns. Raises InvalidMessage if it names nobody."""
    customer = event.data.get("customerId")
    if not isinstance(customer, str):
        raise InvalidMessage(f"{event.type} names no customer")
    return customer


def update(event: Envelope) -> Update:
    """What the customer's pages are told of an order's event."""
    return Update(
        type=event.type,
        order_id=event.aggregate_id,
        sequence=event.sequence,
        status=str(event.data.get("status", "")),
        occurred_at=event.occurred_at,
        correlation_id=event.correlation_id,
        data=event.data,
    )


def origin_allowed(origin: str | None, allowed: str) -> bool:
    """Whether a page of this origin may connect.

    `allowed` is a comma separated list; programs send no origin and have only their ticket.
    """
    return origin is None or origin in {entry.strip() for entry in allowed.split(",")}
