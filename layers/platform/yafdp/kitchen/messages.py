"""What the kitchen is told and what it tells."""

from typing import Annotated

import msgspec

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message, Request


class TicketLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int
    name: str | None = None


class AskKitchen(Message, tag="ask", tag_field="name", frozen=True):
    """Command: put the order before the restaurant.

    The answer resumes the state machine that waits behind `task_token`, or goes on with the docket. `note` is the
    customer's word to the kitchen.
    """

    order_id: str
    restaurant_id: str
    items: tuple[TicketLine, ...]
    automatic_acceptance: bool = False
    note: str | None = None
    task_token: str | None = None
    docket: Docket | None = None


class WithdrawTicket(Message, tag="withdraw", tag_field="name", frozen=True):
    """Command: the order is off; a ticket that comes later is off too."""

    order_id: str
    restaurant_id: str
    docket: Docket | None = None


type KitchenCommand = AskKitchen | WithdrawTicket


class RejectTicket(Request, frozen=True):
    """The body of POST /kitchen/orders/{orderId}/reject."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TicketView(Message, omit_defaults=False, frozen=True):
    """A ticket as the kitchen's screen shows it. `expires_at`: until when an answer is waited for, if one is."""

    order_id: str
    restaurant_id: str
    status: str
    items: tuple[TicketLine, ...]
    opened_at: str
    expires_at: str | None = None
    note: str | None = None
    reason: str | None = None


# Events: what happened to a ticket.


class TicketOpened(Message, frozen=True):
    """The restaurant has been asked."""

    order_id: str
    restaurant_id: str
    docket: Docket | None = None


class TicketAccepted(TicketOpened, frozen=True):
    """The restaurant takes the order on."""


class TicketRejected(TicketOpened, frozen=True, kw_only=True):
    """The restaurant cannot take the order on."""

    reason: str


class TicketExpired(TicketOpened, frozen=True):
    """The restaurant did not answer in time."""


class TicketConfirmed(TicketOpened, frozen=True):
    """The order is paid: the kitchen begins."""


class TicketReady(TicketOpened, frozen=True):
    """The food is ready to be picked up."""


class TicketCollected(TicketOpened, frozen=True):
    """The courier has taken the food along: the kitchen is done with the order."""


class TicketRecalled(TicketRejected, frozen=True, kw_only=True):
    """The restaurant had taken the order on and finds that it cannot make it."""


class TicketWithdrawn(TicketOpened, frozen=True):
    """The restaurant is no longer asked."""


class TicketClosed(Rejection):
    """The order was withdrawn; the kitchen must not start on it."""
