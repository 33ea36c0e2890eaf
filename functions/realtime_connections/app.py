"""WebSocket $connect, $disconnect, $default: who is there."""

from typing import Any

from yafdp.kernel.observability import observed
from yafdp.kernel.websocket import connection_id, route, user_id
from yafdp.notifications.messages import Connection
from yafdp.notifications.service import connected, disconnected


@observed
def handler(event: dict[str, Any], _context: Any) -> Any:
    """Keeps the connection's row in step with the connection."""
    connection = Connection(user_id=user_id(event), connection_id=connection_id(event))
    match route(event):
        case "$connect":
            connected(connection)
        case "$disconnect":
            disconnected(connection)
    return {"statusCode": 200}
