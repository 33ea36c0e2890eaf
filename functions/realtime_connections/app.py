"""WebSocket $connect and $disconnect: who is there."""

from typing import Any

from yafdp.kernel.observability import observed
from yafdp.kernel.websocket import caller, connection_id, kind
from yafdp.notifications.realtime import connected, disconnected


@observed
def handler(event: dict[str, Any], _context: Any) -> Any:
    """Keeps the connection's row in step with the connection."""
    match kind(event):
        case "CONNECT":
            return {"statusCode": 200 if connected(connection_id(event), caller(event)) else 403}
        case "DISCONNECT":
            disconnected(connection_id(event), caller(event))
    return {"statusCode": 200}
