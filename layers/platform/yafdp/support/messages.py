"""What support hears and what it is told."""

from typing import Any

from yafdp.kernel.messages import Message, Money


class LargeBasket(Message, frozen=True):
    """From the basket: a checkout worth a look (BasketCheckedOut above the rule's threshold)."""

    order_id: str
    restaurant_id: str
    total: Money


class Notice(Message, frozen=True):
    """What goes to the support topic; the attributes are there for subscribers' filter policies."""

    subject: str
    text: str
    attributes: dict[str, Any]
