"""POST /orders: accept an order and put it in line."""

from typing import Any

from yafdp.kernel.http import answer, api, body, caller, header
from yafdp.ordering.messages import PlaceOrder
from yafdp.ordering.service import ordering


@api.post("/orders")
def place_order() -> Any:
    """202 with the order's id and where to watch it."""
    receipt = ordering().place(body(PlaceOrder), caller().user_id, header("Idempotency-Key"))
    return answer(202, receipt, {"Location": receipt.links.self})


handler = api.handler
