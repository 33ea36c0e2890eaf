"""Connections without API Gateway: who is there is a set, and what they were sent is a list."""

from collections.abc import Iterable
from typing import Any

import msgspec

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.envelope import Envelope
from yafdp.notifications import connection_store
from yafdp.notifications.messages import Connection

ALICE = Caller("alice", session_id="alice's evening", session_ends=4_102_444_800)
BOB = Caller("bob", session_id="bob's evening")
COOK = Caller("cook", frozenset({"staff"}), "noodles")
COURIER = Caller("ada", frozenset({"couriers"}))
ADMIN = Caller("admin", frozenset({"admins"}))


class Sockets:
    """In the place of @connections: `gone` are answered 410, `broken` fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.closed: list[str] = []
        self.published: list[Envelope] = []
        self.gone: set[str] = set()
        self.broken: set[str] = set()

    def send(self, connection: Connection, content: bytes) -> bool:
        if connection.connection_id in self.broken:
            raise TimeoutError(connection.connection_id)
        if connection.connection_id in self.gone:
            return False
        self.sent.append((connection.connection_id, msgspec.json.decode(content)))
        return True

    def close(self, connection: Connection) -> None:
        self.closed.append(connection.connection_id)

    def publish(self, requests: Iterable[Envelope]) -> None:
        self.published += requests

    def frames(self, connection_id: str = "one") -> list[Any]:
        """What this connection was sent."""
        return [frame for receiver, frame in self.sent if receiver == connection_id]


def connection(connection_id: str, user: str = "alice", age: int = 3600, left: int = 3600) -> Connection:
    """A connection that opened so many seconds ago and may be used for so many more."""
    return Connection(user_id=user, connection_id=connection_id, connected_at=epoch_in(-age), expires_at=epoch_in(left))


def kept(*connection_ids: str, user: str = "alice", age: int = 3600, left: int = 3600) -> list[Connection]:
    """Such connections, in the table."""
    found = [connection(name, user, age, left) for name in connection_ids]
    for one in found:
        connection_store.put_connection(one, session_id=None)
    return found


def order_event(event_type: str = "OrderReceived", **data: Any) -> Envelope:
    """An event of order `o` of alice's at the restaurant `noodles`."""
    told = {"customerId": "alice", "restaurantId": "noodles", "status": "RECEIVED"} | data
    return Envelope(
        id="e",
        type=event_type,
        version=1,
        occurred_at="2026-11-21T12:00:00.000Z",
        aggregate_id="o",
        sequence=3,
        correlation_id="s",
        data=told,
    )
