"""POST /realtime/tickets: a single-use ticket for a WebSocket connection."""

from typing import Any

from yafdp.kernel.http import answer, api, caller, header
from yafdp.notifications.realtime import issue_ticket


@api.post("/realtime/tickets")
def tickets() -> Any:
    """201 with the ticket and where to use it."""
    ticket = issue_ticket(caller(), header("Origin"))
    return answer(201, ticket, {"Cache-Control": "no-store"})


handler = api.handler
