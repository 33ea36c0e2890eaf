"""DELETE /realtime/connections: signing out closes the session's WebSockets."""

from typing import Any

from yafdp.kernel.http import answer_nothing, api, caller
from yafdp.notifications.realtime import sign_out


@api.delete("/realtime/connections")
def connections() -> Any:
    """204, and no connection of this session is open or will open."""
    sign_out(caller())
    return answer_nothing()


handler = api.handler
