"""POST /realtime/tickets: a single-use ticket for a WebSocket connection."""

from typing import Any

from yafdp.kernel.http import answer, api, caller
from yafdp.notifications.messages import Holder
from yafdp.notifications.service import issue_ticket


@api.post("/realtime/tickets")
def tickets() -> Any:
    """201 with the ticket and where to use it."""
    holder = caller()
    ticket = issue_ticket(Holder(user_id=holder.user_id, groups=tuple(sorted(holder.groups))))
    return answer(201, ticket, {"Cache-Control": "no-store"})


handler = api.handler
