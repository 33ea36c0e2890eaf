"""The kitchen's use cases."""

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import in_seconds, timestamp
from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import Forbidden, InvalidMessage
from yafdp.kernel.journal import UNBORN
from yafdp.kernel.messages import Page
from yafdp.kitchen import messages as m
from yafdp.kitchen import model, store

# Events of a ticket that end a state machine's waiting for the kitchen.
_ANSWERS: dict[str, type[m.TicketOpened]] = {
    "TicketAccepted": m.TicketAccepted,
    "TicketRejected": m.TicketRejected,
    "TicketWithdrawn": m.TicketWithdrawn,
}


def perform(command: m.KitchenCommand) -> None:
    """A command of the saga. Raises TicketClosed."""
    at = timestamp()
    match command:
        case m.AskKitchen():
            until = in_seconds(store.answer_seconds())
            store.tickets().transition(
                command.order_id, lambda ticket: model.ask(ticket, command, at, until), known=UNBORN
            )
        case m.WithdrawTicket():
            store.tickets().transition(command.order_id, lambda ticket: model.withdraw(ticket, command, at))


def pass_on(event: Envelope) -> None:
    """The kitchen has answered, or is no longer asked: wake the state machine that waits for it, if one does."""
    kind = _ANSWERS.get(event.type)
    if kind is None:
        raise InvalidMessage(f"the kitchen's answers do not include {event.type}")
    answer = contents(event, kind)
    ticket = store.tickets().load(answer.order_id).state
    if ticket is None or ticket.task_token is None:
        return
    match answer:
        case m.TicketRejected():
            store.reject(ticket.task_token, answer.reason)
        case m.TicketWithdrawn():
            store.call_off(ticket.task_token)
        case _:
            store.resume(ticket.task_token)


def queue(caller: Caller, limit: int, cursor: str | None, *, only_open: bool = False) -> Page[m.TicketView]:
    """The tickets of the caller's kitchen, newest first; or only those that there is something left to do about."""
    read = store.open_of_restaurant if only_open else store.of_restaurant
    found, following = read(_kitchen_of(caller), limit, cursor)
    return Page(items=tuple(ticket.view() for ticket in found), cursor=following)


def accept(caller: Caller, order_id: str) -> m.TicketView:
    """The caller's kitchen takes the order on. Raises NotFound, Conflict."""
    restaurant_id = _kitchen_of(caller)
    return _changed(order_id, lambda ticket: model.accept(ticket, restaurant_id))


def reject(caller: Caller, order_id: str, reason: str) -> m.TicketView:
    """The caller's kitchen cannot make the order. Raises NotFound, Conflict."""
    restaurant_id = _kitchen_of(caller)
    return _changed(order_id, lambda ticket: model.reject(ticket, restaurant_id, reason))


def ready(caller: Caller, order_id: str) -> m.TicketView:
    """The food of the order can be picked up. Raises NotFound, Conflict."""
    restaurant_id = _kitchen_of(caller)
    return _changed(order_id, lambda ticket: model.ready(ticket, restaurant_id))


def _changed(order_id: str, decide: store.Decision) -> m.TicketView:
    recorded = store.tickets().transition(order_id, decide)
    assert recorded.state is not None  # noqa: S101 (each decision above raises NotFound for a ticket that is not there)
    return recorded.state.view()


def _kitchen_of(caller: Caller) -> str:
    if "staff" not in caller.groups or caller.restaurant_id is None:
        raise Forbidden("Only a restaurant's staff may do this.")
    return caller.restaurant_id
