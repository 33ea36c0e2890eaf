"""What notifications keeps and sends."""

from typing import Any

from yafdp.kernel.messages import Message


class Ticket(Message, frozen=True):
    """The answer to POST /realtime/tickets: good for one connection within 30 seconds."""

    ticket: str
    expires_at: str
    url: str


class Holder(Message, frozen=True):
    """Whose ticket it was."""

    user_id: str
    groups: tuple[str, ...] = ()


class Connection(Message, frozen=True):
    """An open WebSocket."""

    user_id: str
    connection_id: str


class Update(Message, frozen=True):
    """What a client receives when an order changes.

    `sequence` is the order's, so a client can sort and drop repeats.
    """

    type: str
    order_id: str
    sequence: int
    status: str
    occurred_at: str
    correlation_id: str
    data: dict[str, Any]


class PushRequested(Message, frozen=True):
    """On the realtime bus: send this update to these connections."""

    connections: tuple[Connection, ...]
    update: Update
