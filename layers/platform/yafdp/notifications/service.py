"""Notifications' use cases."""

import os
import secrets
from datetime import timedelta

import msgspec

from yafdp.kernel.clock import now, timestamp
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import count
from yafdp.notifications import model, store
from yafdp.notifications.messages import Connection, Holder, PushRequested, Ticket


def issue_ticket(holder: Holder) -> Ticket:
    """A random ticket for one WebSocket connection: a token in a URL ends in logs, a used-up ticket is worth nothing
    there.
    """
    ticket = secrets.token_urlsafe(32)
    store.put_ticket(ticket, holder)
    return Ticket(
        ticket=ticket,
        expires_at=timestamp(now() + timedelta(seconds=store.TICKET_SECONDS)),
        url=f"{os.environ['WEBSOCKET_URL']}?ticket={ticket}",
    )


def admit(ticket: str | None, origin: str | None) -> Holder | None:
    """Who may connect with this ticket from this origin; None refuses. The origin is looked at first, so a foreign
    page cannot burn a ticket.
    """
    if not ticket or not model.origin_allowed(origin, os.environ["ALLOWED_ORIGINS"]):
        return None
    return store.take_ticket(ticket)


def connected(connection: Connection) -> None:
    """A client is there."""
    store.put_connection(connection)


def disconnected(connection: Connection) -> None:
    """A client is gone."""
    store.drop_connection(connection)


def notify(event: Envelope) -> None:
    """Ask for an order's event to be pushed to every connection of the customer it concerns."""
    reached = store.connections(model.recipient(event))
    if reached:
        request = PushRequested(connections=reached, update=model.update(event))
        store.publish(command(request, event.aggregate_id))


def push(request: Envelope) -> None:
    """Send an update to each of its connections; those that are gone are forgotten, and none that fails holds up the
    others.

    Raises the failures together at the end: the request comes again, and clients drop the repeats by their sequence.
    """
    if request.type != PushRequested.__name__:
        raise InvalidMessage(f"push does not know {request.type}")
    wanted = contents(request, PushRequested)
    content = msgspec.json.encode(wanted.update)
    failures: list[Exception] = []
    for connection in wanted.connections:
        try:
            _push_to(connection, content)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("some connections could not be reached", failures)


def _push_to(connection: Connection, content: bytes) -> None:
    if store.send(connection, content):
        count("Pushed")
    else:
        store.drop_connection(connection)
        count("StaleConnections")
