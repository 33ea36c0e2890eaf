"""POST /orders/{orderId}/cancel: call an order off."""

from typing import Any

from yafdp.kernel.http import answer, api, caller
from yafdp.ordering.service import ordering


@api.post("/orders/<order_id>/cancel")
def cancel_order(order_id: str) -> Any:
    """202 with the order as it is now: what was set aside for it is given back after this."""
    return answer(202, ordering().cancel(order_id, caller().user_id))


handler = api.handler
