"""What support hears and what it is told."""

from enum import StrEnum
from typing import Any

from yafdp.kernel.messages import Message, Money


class Severity(StrEnum):
    """How soon somebody must look: at leisure, today, now."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class LargeBasket(Message, frozen=True):
    """From the basket: a checkout worth a look (BasketCheckedOut above the rule's threshold)."""

    order_id: str
    restaurant_id: str
    total: Money


class OrderEvent(Message, frozen=True):
    """From ordering: what an order's event says, as far as support needs it.

    `code` names what stopped the order, for a program; `reason` is what its customer was told. `left` names what could
    not be given back, `detail` how the last attempt failed; `measure` is what is done about one that stands still.
    """

    status: str
    customer_id: str
    restaurant_id: str
    code: str | None = None
    reason: str | None = None
    total: Money | None = None
    left: tuple[str, ...] = ()
    detail: str | None = None
    since: str | None = None
    measure: str | None = None


class Notice(Message, frozen=True):
    """What goes to the support topic; the attributes are there for subscribers' filter policies."""

    subject: str
    text: str
    attributes: dict[str, Any]
