"""/deliveries…: couriers see what they bring, pick it up and hand it over."""

from typing import Any

from yafdp.delivery import service
from yafdp.kernel.http import answer, api, caller, query_number, query_text


@api.get("/deliveries")
def deliveries() -> Any:
    """The caller's deliveries, newest first."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    return answer(200, service.runs(caller(), limit, query_text("cursor")))


@api.post("/deliveries/<order_id>/pickup")
def pickup(order_id: str) -> Any:
    """200 with the delivery: the courier has the food."""
    return answer(200, service.pick_up(caller(), order_id))


@api.post("/deliveries/<order_id>/complete")
def complete(order_id: str) -> Any:
    """200 with the delivery: the customer has the food."""
    return answer(200, service.complete(caller(), order_id))


handler = api.handler
