"""WebSocket subscribe, unsubscribe, ping and whatever else a client says."""

from typing import Any

from yafdp.kernel.observability import observed
from yafdp.kernel.websocket import caller, connection_id, text
from yafdp.notifications.subscriptions import hear


@observed
def handler(event: dict[str, Any], _context: Any) -> Any:
    """Answers go over @connections: what is returned here reaches nobody."""
    hear(text(event), connection_id(event), caller(event))
    return {"statusCode": 200}
