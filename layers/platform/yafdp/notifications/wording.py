"""The words of e-mails and text messages. Pure but for the templates, which are files beside the code.

Templates are in English, one text and one HTML file for each kind (templates/<Kind>.txt and .html); the text's first
line is the subject. What a template needs and an event does not tell is left out with its paragraph.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from yafdp.kernel.messages import Message, Money
from yafdp.notifications.messages import Facts, Kind

_TEMPLATES = Path(__file__).parent / "templates"
# A text message of the GSM alphabet has at most 160 characters, or is paid for twice.
# https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
SMS_LENGTH = 160
_SMS = {
    Kind.PAYMENT_PENDING: "Your bank wants you to confirm the payment of your order $order by $deadline.",
    Kind.CONFIRMED: "Your order $order is confirmed.",
    Kind.READY: "Your order $order is ready and waits for its courier.",
    Kind.PICKED_UP: "Your order $order is on its way to you.",
    Kind.DELIVERED: "Your order $order has been delivered. Enjoy your meal!",
    Kind.REJECTED: "Your order $order was not accepted. $reason",
    Kind.CANCELLED: "Your order $order is cancelled. $reason",
    Kind.REINSTATED: "Your order $order comes after all: its courier already had the food.",
    Kind.NEEDS_ATTENTION: "Your order $order has a problem. $reason",
}


class Mail(Message, frozen=True):
    """An e-mail, ready to go."""

    subject: str
    text: str
    html: str


def mail(kind: Kind, order_id: str, facts: Facts, pages_url: str) -> Mail:
    """The e-mail about an order's event. `pages_url` is where the pages are, without a slash at its end."""
    values = _values(order_id, facts, pages_url)
    subject, _, text = _filled(_file(f"{kind}.txt"), values).partition("\n")
    escaped = {name: escape(value) for name, value in values.items()}
    content = _filled(_file(f"{kind}.html"), escaped)
    html = Template(_file("layout.html")).substitute(escaped, title=escape(subject), content=content)
    return Mail(subject=subject, text=text.strip() + "\n" + Template(_file("footer.txt")).substitute(values), html=html)


def sms(kind: Kind, order_id: str, facts: Facts) -> str:
    """The text message about an order's event, as long as one message may be."""
    text = Template(_SMS[kind]).substitute(_values(order_id, facts, pages_url="")).strip()
    return text if len(text) <= SMS_LENGTH else text[: SMS_LENGTH - 3].rstrip() + "..."


def _values(order_id: str, facts: Facts, pages_url: str) -> dict[str, str]:
    return {
        "order": _short(order_id),
        "link": f"{pages_url}/#/orders/{order_id}",
        "settings": f"{pages_url}/#/notifications",
        "reason": facts.reason or "",
        "total": _amount(facts.total) if facts.total else "",
        "deadline": _clock(facts.payment_action.expires_at) if facts.payment_action else "",
    }


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its values; a paragraph that names an empty value is left out."""
    empty = {name for name, value in values.items() if not value}
    kept = [paragraph for paragraph in re.split(r"\n{2,}", template) if not _names(paragraph) & empty]
    return Template("\n\n".join(kept)).substitute(values)


def _names(paragraph: str) -> set[str]:
    return set(Template(paragraph).get_identifiers())


def _short(order_id: str) -> str:
    """As much of an order's id as a person compares."""
    return order_id.partition("-")[0].upper()


def _amount(money: Money) -> str:
    return f"{money.amount / 100:.2f} {money.currency}"


def _clock(moment: str) -> str:
    """The minute of an RFC 3339 time, in UTC: where its reader is, nobody knows."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%H:%M} UTC"


@cache
def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
