"""A kitchen ticket: the decisions. Pure."""

from enum import StrEnum
from typing import Any

import msgspec

from yafdp.kernel.docket import Docket, failing
from yafdp.kernel.errors import Conflict, NotFound
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message
from yafdp.kitchen import messages as m


class TicketStatus(StrEnum):
    """A ticket's states. WITHDRAWN is a tombstone: it also stands where the withdrawal came before the ticket."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    CONFIRMED = "CONFIRMED"
    READY = "READY"
    COLLECTED = "COLLECTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


# What the restaurant has said yes to and not yet finished.
_TAKEN_ON = frozenset({TicketStatus.ACCEPTED, TicketStatus.CONFIRMED})
# What there is something left to do about, in the kitchen or at its counter.
OPEN = frozenset({TicketStatus.PENDING, TicketStatus.READY}) | _TAKEN_ON


class Ticket(Message, frozen=True):
    """One order as its kitchen sees it. `task_token` or `docket`: who waits for the answer, until `expires_at`."""

    order_id: str
    restaurant_id: str
    status: TicketStatus
    opened_at: str
    items: tuple[m.TicketLine, ...] = ()
    task_token: str | None = None
    docket: Docket | None = None
    note: str | None = None
    expires_at: str | None = None
    reason: str | None = None

    def view(self) -> m.TicketView:
        """The ticket as the kitchen's screen shows it."""
        return m.TicketView(
            order_id=self.order_id,
            restaurant_id=self.restaurant_id,
            status=self.status,
            items=self.items,
            opened_at=self.opened_at,
            expires_at=self.expires_at if self.status is TicketStatus.PENDING else None,
            note=self.note,
            reason=self.reason,
        )


def ask(ticket: Ticket | None, command: m.AskKitchen, at: str, until: str | None = None) -> Transition[Ticket] | None:
    """Open the ticket, or accept it at once where the kitchen takes every order; nothing if it is open. An answer is
    waited for until `until`. Raises TicketClosed after a withdrawal.

    A machine that asks again waits behind another token than before, and as long again, so the ticket keeps both, and
    what has become of it is told once more.
    """
    if ticket is not None and ticket.status is TicketStatus.WITHDRAWN:
        raise m.TicketClosed("the order was withdrawn before the kitchen was asked")
    if ticket is not None:
        waits_elsewhere = command.task_token not in {None, ticket.task_token}
        waiting = msgspec.structs.replace(ticket, task_token=command.task_token, expires_at=until)
        return _told_again(waiting) if waits_elsewhere else None
    state = Ticket(
        order_id=command.order_id,
        restaurant_id=command.restaurant_id,
        status=TicketStatus.ACCEPTED if command.automatic_acceptance else TicketStatus.PENDING,
        opened_at=at,
        items=command.items,
        note=command.note,
        expires_at=until,
        task_token=command.task_token,
        docket=command.docket,
    )
    if command.automatic_acceptance:
        return Transition(state, m.TicketAccepted(**_of(state)))
    return Transition(state, m.TicketOpened(**_of(state)))


def accept(ticket: Ticket | None, restaurant_id: str) -> Transition[Ticket] | None:
    """The restaurant takes the order on; nothing if it said so before.

    Raises NotFound for another's ticket, Conflict after another answer or too late.
    """
    ticket = _own(ticket, restaurant_id)
    if ticket.status in {TicketStatus.ACCEPTED, TicketStatus.CONFIRMED}:
        return None
    if ticket.status is not TicketStatus.PENDING:
        raise _too_late(ticket)
    state = msgspec.structs.replace(ticket, status=TicketStatus.ACCEPTED)
    return Transition(state, m.TicketAccepted(**_of(state)))


def reject(ticket: Ticket | None, restaurant_id: str, reason: str) -> Transition[Ticket] | None:
    """The restaurant cannot make the order, be it that it never said yes or that it recalls its yes before the food is
    ready; nothing if it said so before. Raises NotFound for another's ticket, Conflict when it is too late.
    """
    ticket = _own(ticket, restaurant_id)
    if ticket.status is TicketStatus.REJECTED:
        return None
    if ticket.status is not TicketStatus.PENDING and ticket.status not in _TAKEN_ON:
        raise _too_late(ticket)
    state = msgspec.structs.replace(ticket, status=TicketStatus.REJECTED, reason=reason)
    if ticket.status in _TAKEN_ON:
        return Transition(state, m.TicketRecalled(**_of(state), reason=reason))
    told = _of(state, failing(state.docket, "KitchenRejected", reason))
    return Transition(state, m.TicketRejected(**told, reason=reason))


def expire(ticket: Ticket | None) -> Transition[Ticket] | None:
    """The time to answer is over, so the restaurant is no longer asked; nothing if it has answered, or was not asked
    any more before.
    """
    if ticket is None or ticket.status is not TicketStatus.PENDING:
        return None
    state = msgspec.structs.replace(ticket, status=TicketStatus.WITHDRAWN)
    return Transition(state, m.TicketExpired(**_of(state, failing(state.docket, "KitchenSilent"))))


def confirm(ticket: Ticket | None) -> Transition[Ticket] | None:
    """The order is paid, so the kitchen may begin; nothing if it may already, or the order is off."""
    if ticket is None or ticket.status is not TicketStatus.ACCEPTED:
        return None
    state = msgspec.structs.replace(ticket, status=TicketStatus.CONFIRMED)
    return Transition(state, m.TicketConfirmed(**_of(state)))


def ready(ticket: Ticket | None, restaurant_id: str) -> Transition[Ticket] | None:
    """The food is ready; nothing if it is.

    Raises NotFound for another's ticket, Conflict before the order is paid or when it is off.
    """
    ticket = _own(ticket, restaurant_id)
    if ticket.status in {TicketStatus.READY, TicketStatus.COLLECTED}:
        return None
    if ticket.status in {TicketStatus.PENDING, TicketStatus.ACCEPTED}:
        raise Conflict(f"This order is {ticket.status}: begin once it is CONFIRMED, when it is paid for.")
    if ticket.status is not TicketStatus.CONFIRMED:
        raise _too_late(ticket)
    state = msgspec.structs.replace(ticket, status=TicketStatus.READY)
    return Transition(state, m.TicketReady(**_of(state)))


def collect(ticket: Ticket | None) -> Transition[Ticket] | None:
    """The courier has the food; nothing if that is known. Nobody can have it before it is ready."""
    if ticket is None or ticket.status is not TicketStatus.READY:
        return None
    state = msgspec.structs.replace(ticket, status=TicketStatus.COLLECTED)
    return Transition(state, m.TicketCollected(**_of(state)))


def withdraw(ticket: Ticket | None, command: m.WithdrawTicket, at: str) -> Transition[Ticket] | None:
    """Take the ticket back; nothing if it is back. Before the ticket it leaves a tombstone."""
    if ticket is not None and ticket.status is TicketStatus.WITHDRAWN:
        return None
    known = ticket or Ticket(
        order_id=command.order_id,
        restaurant_id=command.restaurant_id,
        status=TicketStatus.WITHDRAWN,
        opened_at=at,
    )
    state = msgspec.structs.replace(known, status=TicketStatus.WITHDRAWN)
    return Transition(
        state,
        m.TicketWithdrawn(order_id=state.order_id, restaurant_id=state.restaurant_id, docket=command.docket),
    )


def _told_again(ticket: Ticket) -> Transition[Ticket]:
    match ticket.status:
        case TicketStatus.PENDING:
            return Transition(ticket, m.TicketOpened(**_of(ticket)))
        case TicketStatus.REJECTED:
            return Transition(ticket, m.TicketRejected(**_of(ticket), reason=ticket.reason or ""))
    return Transition(ticket, m.TicketAccepted(**_of(ticket)))


def _own(ticket: Ticket | None, restaurant_id: str) -> Ticket:
    # A tombstone has no lines: its kitchen was never asked.
    if ticket is None or ticket.restaurant_id != restaurant_id or not ticket.items:
        raise NotFound("Your kitchen has no such order.")
    return ticket


def _too_late(ticket: Ticket) -> Conflict:
    return Conflict(f"This order is {ticket.status} already.")


def _of(ticket: Ticket, docket: Docket | None = None) -> dict[str, Any]:
    return {
        "order_id": ticket.order_id,
        "restaurant_id": ticket.restaurant_id,
        "docket": docket or ticket.docket,
    }
