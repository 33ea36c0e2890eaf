"""Outbox: put a table's new events on the bus."""

from typing import Any

from yafdp.kernel.observability import observed
from yafdp.kernel.outbox import relay


@observed
def handler(event: dict[str, Any], _context: Any) -> Any:
    """A batch of stream records; answers with the first that failed."""
    return relay(event["Records"])
