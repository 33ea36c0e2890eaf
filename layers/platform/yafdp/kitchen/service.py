"""The kitchen's use cases."""

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.journal import UNBORN
from yafdp.kitchen import model, store
from yafdp.kitchen.messages import AskKitchen, KitchenCommand, TicketAccepted, TicketRejected, WithdrawTicket

# Tickets that the kitchen answers: their events carry the answer on.
_ANSWERS: dict[str, type[TicketAccepted | TicketRejected]] = {
    "TicketAccepted": TicketAccepted,
    "TicketRejected": TicketRejected,
}


def perform(command: KitchenCommand) -> None:
    """A command of the saga. Raises TicketClosed."""
    match command:
        case AskKitchen():
            store.tickets().transition(command.order_id, lambda ticket: model.ask(ticket, command), known=UNBORN)
        case WithdrawTicket():
            store.tickets().transition(command.order_id, lambda ticket: model.withdraw(ticket, command))


def pass_on(event: Envelope) -> None:
    """The kitchen has answered: wake the state machine that waits for it, if one does."""
    kind = _ANSWERS.get(event.type)
    if kind is None:
        raise InvalidMessage(f"the kitchen's answers do not include {event.type}")
    answer = contents(event, kind)
    ticket = store.tickets().load(answer.order_id).state
    if ticket is not None and ticket.task_token is not None:
        store.resume(ticket.task_token, answer.reason if isinstance(answer, TicketRejected) else None)
