"""Who may open a WebSocket, for how long, and what is kept of it."""

import os
import secrets
from datetime import timedelta

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import epoch_in, now, timestamp
from yafdp.kernel.observability import count, logger
from yafdp.notifications import connection_store, model, store
from yafdp.notifications.messages import Connection, Ticket


def issue_ticket(holder: Caller, origin: str | None) -> Ticket:
    """A random ticket for one WebSocket connection: a token in a URL ends in logs, a used-up ticket is worth nothing
    there. One that a page has asked for is good for pages of its origin only.
    """
    ticket = secrets.token_urlsafe(32)
    connection_store.put_ticket(ticket, holder, origin)
    return Ticket(
        ticket=ticket,
        expires_at=timestamp(now() + timedelta(seconds=connection_store.TICKET_SECONDS)),
        url=f"{os.environ['WEBSOCKET_URL']}?ticket={ticket}",
    )


def admit(ticket: str | None, origin: str | None) -> Caller | None:
    """Who may connect with this ticket from this origin; None refuses, and the log says why. The origin is looked at
    first, so a foreign page cannot burn a ticket.
    """
    try:
        if not ticket:
            raise connection_store.TicketRefused("no ticket")
        if not model.origin_allowed(origin, os.environ["ALLOWED_ORIGINS"]):
            raise connection_store.TicketRefused("foreign origin")
        return connection_store.take_ticket(ticket, origin)
    except connection_store.TicketRefused as refused:
        _turn_away(str(refused), ticket, origin)
        return None


def connected(connection_id: str, caller: Caller) -> bool:
    """A client is there; False if it may not stay, since its session has ended meanwhile.

    The row is written first and the session looked at then: whoever signs out at this moment either finds the row or
    has left the mark that is found here.
    """
    opened = epoch_in(0)
    connection = Connection(
        user_id=caller.user_id,
        connection_id=connection_id,
        connected_at=opened,
        expires_at=model.connection_ends(caller, opened),
    )
    connection_store.put_connection(connection, caller.session_id)
    ended = caller.session_id is not None and connection_store.has_ended(caller.user_id, caller.session_id)
    if ended or model.is_over(connection, opened):
        connection_store.drop_connection(connection)
        _turn_away("the session has ended", None, None)
        return False
    count("ConnectionsOpened")
    return True


def disconnected(connection_id: str, caller: Caller) -> None:
    """A client is gone, and so is what was kept for it."""
    connection_store.drop_connection(Connection(user_id=caller.user_id, connection_id=connection_id))
    count("ConnectionsClosed")


def sign_out(caller: Caller) -> int:
    """Close the connections of the caller's session, whichever window opened them; how many there were."""
    if caller.session_id is None:
        return 0
    connection_store.end_session(caller.user_id, caller.session_id)
    open_connections = connection_store.of_session(caller.user_id, caller.session_id)
    for connection in open_connections:
        store.close(connection)
        connection_store.drop_connection(connection)
    return len(open_connections)


def _turn_away(reason: str, ticket: str | None, origin: str | None) -> None:
    """A line for whoever looks into it later: enough to find the ticket's other uses, too little to use it."""
    told = {"reason": reason, "origin": origin and origin[:200]}
    if ticket:
        told["ticket_fingerprint"] = connection_store.fingerprint(ticket)[:12]
    logger.warning("WebSocket refused", extra=told)
    count("ConnectionsRefused")
