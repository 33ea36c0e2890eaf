"""A kitchen ticket: the decisions. Pure."""

from enum import StrEnum

import msgspec

from yafdp.kernel.errors import Conflict, NotFound
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message
from yafdp.kitchen import messages as m


class TicketStatus(StrEnum):
    """A ticket's states. WITHDRAWN is a tombstone: it also stands where the withdrawal came before the ticket."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class Ticket(Message, frozen=True):
    """One order as its kitchen sees it."""

    order_id: str
    restaurant_id: str
    status: TicketStatus
    items: tuple[m.TicketLine, ...] = ()
    task_token: str | None = None
    reason: str | None = None


def ask(ticket: Ticket | None, command: m.AskKitchen) -> Transition[Ticket] | None:
    """Open the ticket, or accept it at once where the kitchen takes every order; nothing if it is open. Raises
    TicketClosed after a withdrawal.
    """
    if ticket is not None and ticket.status is TicketStatus.WITHDRAWN:
        raise m.TicketClosed("the order was withdrawn before the kitchen was asked")
    if ticket is not None:
        return None
    state = Ticket(
        order_id=command.order_id,
        restaurant_id=command.restaurant_id,
        status=TicketStatus.ACCEPTED if command.automatic_acceptance else TicketStatus.PENDING,
        items=command.items,
        task_token=command.task_token,
    )
    event = m.TicketAccepted if command.automatic_acceptance else m.TicketOpened
    return Transition(state, event(order_id=state.order_id, restaurant_id=state.restaurant_id))


def answer(ticket: Ticket | None, restaurant_id: str, reason: str | None) -> Transition[Ticket] | None:
    """The restaurant accepts, or rejects for a reason; nothing if it said so before. Raises NotFound for another's
    ticket, Conflict after another answer.
    """
    if ticket is None or ticket.restaurant_id != restaurant_id:
        raise NotFound("Your kitchen has no such order.")
    wanted = TicketStatus.ACCEPTED if reason is None else TicketStatus.REJECTED
    if ticket.status is wanted:
        return None
    if ticket.status is not TicketStatus.PENDING:
        raise Conflict(f"This order is {ticket.status} already.")
    state = msgspec.structs.replace(ticket, status=wanted, reason=reason)
    told = {"order_id": state.order_id, "restaurant_id": state.restaurant_id}
    return Transition(state, m.TicketAccepted(**told) if reason is None else m.TicketRejected(**told, reason=reason))


def withdraw(ticket: Ticket | None, command: m.WithdrawTicket) -> Transition[Ticket] | None:
    """Take the ticket back; nothing if it is back. Before the ticket it leaves a tombstone."""
    if ticket is not None and ticket.status is TicketStatus.WITHDRAWN:
        return None
    state = Ticket(order_id=command.order_id, restaurant_id=command.restaurant_id, status=TicketStatus.WITHDRAWN)
    return Transition(state, m.TicketWithdrawn(order_id=state.order_id, restaurant_id=state.restaurant_id))
