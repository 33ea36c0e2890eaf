"""What notifications keeps and sends."""

from typing import Any

from yafdp.kernel.messages import Message


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
    """What a client receives when an order changes.

    `sequence` is the order's, so a client can sort and drop repeats. `partial` says that the data did not fit into a
    frame: the client reads it from the order's journal.
    """

    type: str
    order_id: str
    sequence: int
    status: str
    occurred_at: str
    correlation_id: str
    data: dict[str, Any]
    partial: bool = False


class PushRequested(Message, frozen=True):
    """On the realtime bus: send this update to these connections."""

    connections: tuple[Connection, ...]
    update: Update
