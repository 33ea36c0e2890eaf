"""What ordering shows of an order to people."""

from yafdp.kernel.messages import Address, Message, Money
from yafdp.ordering.messages import Coordination, Line, PaymentAction, Status


class OrderView(Message, omit_defaults=False, frozen=True):
    """An order as its customer sees it."""

    order_id: str
    customer_id: str
    restaurant_id: str
    status: Status
    reason: str | None
    items: tuple[Line, ...]
    total: Money | None
    version: int
    coordination: Coordination
    created_at: str
    updated_at: str
    delivery_address: Address
    note: str | None = None
    # It is being undone, and will end once that is done.
    closing: bool = False
    payment_action: PaymentAction | None = None


class EventView(Message, frozen=True):
    """One entry of an order's history."""

    sequence: int
    type: str
    status: Status
    occurred_at: str
    data: dict[str, object]
