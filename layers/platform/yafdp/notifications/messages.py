"""What notifications keeps and sends."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from yafdp.kernel.messages import Message, Money, Request


class Ticket(Message, frozen=True):
    """The answer to POST /realtime/tickets: good for one connection within 30 seconds."""

    ticket: str
    expires_at: str
    url: str


class Connection(Message, frozen=True):
    """An open WebSocket: since when, and until when it may be used (Unix seconds; 0 where it is not known)."""

    user_id: str
    connection_id: str
    connected_at: int = 0
    expires_at: int = 0


class Update(Message, frozen=True):
    """What a client receives when an order changes, or a post of theirs.

    `sequence` is the order's (or the post's), so a client can sort and drop repeats; only an order has a status.
    `partial` says that the data did not fit into a frame: the client reads it from the order's journal.
    """

    type: str
    sequence: int
    occurred_at: str
    correlation_id: str
    data: dict[str, Any]
    order_id: str | None = None
    post_id: str | None = None
    status: str | None = None
    partial: bool = False


class PushRequested(Message, frozen=True):
    """On the realtime bus: send this update to these connections."""

    connections: tuple[Connection, ...]
    update: Update


class Kind(StrEnum):
    """The orders' events that can be told by e-mail and SMS; their names on the bus."""

    PAYMENT_PENDING = "OrderPaymentPending"
    CONFIRMED = "OrderConfirmed"
    READY = "OrderReady"
    PICKED_UP = "OrderPickedUp"
    DELIVERED = "OrderDelivered"
    REJECTED = "OrderRejected"
    CANCELLED = "OrderCancelled"
    REINSTATED = "OrderReinstated"
    NEEDS_ATTENTION = "OrderNeedsAttention"


class Channel(StrEnum):
    """The ways to somebody who has no page open."""

    EMAIL = "email"
    SMS = "sms"


type Kinds = Annotated[tuple[Kind, ...], msgspec.Meta(max_length=len(Kind))]
type WallClock = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Request, frozen=True):
    """When to hold back what can wait: from `starts` to `ends` by the clock of the IANA time zone, each day; over
    midnight where `ends` is the earlier.
    """

    starts: WallClock
    ends: WallClock
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class PreferencesForm(Request, frozen=True):
    """The body of PUT /me/notifications: which kinds go by which channel. Without quiet hours, any hour will do."""

    email: Kinds
    sms: Kinds
    quiet_hours: QuietHours | None = None


class Reach(Message, omit_defaults=False, frozen=True):
    """Where a channel leads: an address that the user has proved to be theirs, or `problem`, why it leads nowhere."""

    to: str | None = None
    problem: str | None = None


class Contacts(Message, frozen=True):
    """Where a user can be reached."""

    email: Reach
    sms: Reach


class PreferencesView(Message, frozen=True, omit_defaults=True):
    """The answer of /me/notifications: what its user wants, and where that would go."""

    email: tuple[Kind, ...]
    sms: tuple[Kind, ...]
    contacts: Contacts
    quiet_hours: QuietHours | None = None


class PaymentAction(Message, frozen=True):
    """Until when the customer has to have heard their bank."""

    expires_at: str


class Facts(Message, frozen=True):
    """What an order's event says, as far as a message tells it."""

    reason: str | None = None
    total: Money | None = None
    payment_action: PaymentAction | None = None


class MailRequested(Message, frozen=True):
    """On the realtime bus: tell this user of this event by e-mail."""

    user_id: str
    event_id: str
    kind: Kind
    order_id: str
    facts: Facts


class SmsRequested(MailRequested, frozen=True):
    """On the realtime bus: tell this user of this event by SMS."""


class Recipient(Message, frozen=True):
    """One of the addresses in SES's feedback."""

    email_address: str


class Bounce(Message, frozen=True):
    """A mail came back: for good (`Permanent`), for now (`Transient`), or nobody knows (`Undetermined`)."""

    bounce_type: str
    bounced_recipients: tuple[Recipient, ...]
    feedback_id: str


class Complaint(Message, frozen=True):
    """Somebody called a mail spam."""

    complained_recipients: tuple[Recipient, ...]
    feedback_id: str


class SentMail(Message, frozen=True):
    """The mail that feedback is about; `tags` are ours."""

    message_id: str
    tags: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 (msgspec copies an empty default)


class MailFeedback(Message, frozen=True):
    """What SES publishes about a mail.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
    """

    event_type: str
    mail: SentMail
    bounce: Bounce | None = None
    complaint: Complaint | None = None
