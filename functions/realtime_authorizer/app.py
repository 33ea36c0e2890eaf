"""WebSocket authorizer: lets in whoever brings an unused ticket from an allowed origin."""

from typing import Any

from yafdp.kernel.observability import observed
from yafdp.kernel.websocket import admission, origin, query
from yafdp.notifications.realtime import admit


@observed
def handler(event: dict[str, Any], _context: Any) -> Any:
    """An IAM policy, with whose ticket it was for the functions behind it."""
    return admission(event, admit(query(event, "ticket"), origin(event)))
