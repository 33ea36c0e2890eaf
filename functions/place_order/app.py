"""POST /orders: accept an order and put it in line."""

from typing import Any

from yafdp.kernel.http import accepted, api, body, caller, header
from yafdp.ordering.messages import PlaceOrder
from yafdp.ordering.service import ordering


@api.post("/orders")
def place_order() -> Any:
    """202 with the order's id and where to watch it."""
    return accepted(ordering().place(body(PlaceOrder), caller().user_id, header("Idempotency-Key")))


handler = api.handler
