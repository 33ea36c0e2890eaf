"""/deliveries…: couriers see what they bring, pick it up and hand it over."""

from typing import Any

from yafdp.delivery import service
from yafdp.kernel.http import answer, answer_page, api, caller, query_flag, query_number, query_text


@api.get("/deliveries")
def deliveries() -> Any:
    """The caller's deliveries, newest first, or those that are not done; 304 if the caller has them."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    return answer_page(service.runs(caller(), limit, query_text("cursor"), only_open=query_flag("open")))


@api.post("/deliveries/<order_id>/pickup")
def pickup(order_id: str) -> Any:
    """200 with the delivery: the courier has the food."""
    return answer(200, service.pick_up(caller(), order_id))


@api.post("/deliveries/<order_id>/complete")
def complete(order_id: str) -> Any:
    """200 with the delivery: the customer has the food."""
    return answer(200, service.complete(caller(), order_id))


handler = api.handler
