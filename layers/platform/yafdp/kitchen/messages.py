"""What the kitchen is told and what it tells."""

from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message


class TicketLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int


class AskKitchen(Message, tag="ask", tag_field="name", frozen=True):
    """Command: put the order before the restaurant.

    The answer resumes the state machine that waits behind `task_token`.
    """

    order_id: str
    restaurant_id: str
    items: tuple[TicketLine, ...]
    automatic_acceptance: bool = False
    task_token: str | None = None


class WithdrawTicket(Message, tag="withdraw", tag_field="name", frozen=True):
    """Command: the order is off; a ticket that comes later is off too."""

    order_id: str
    restaurant_id: str


type KitchenCommand = AskKitchen | WithdrawTicket


class TicketOpened(Message, frozen=True):
    """The restaurant has been asked."""

    order_id: str
    restaurant_id: str


class TicketAccepted(TicketOpened, frozen=True):
    """The restaurant takes the order on."""


class TicketRejected(TicketOpened, frozen=True):
    """The restaurant cannot take the order on."""

    reason: str


class TicketWithdrawn(TicketOpened, frozen=True):
    """The restaurant is no longer asked."""


class TicketClosed(Rejection):
    """The order was withdrawn; the kitchen must not start on it."""
