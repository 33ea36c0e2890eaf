"""/kitchen/orders…: a restaurant's staff see their tickets and answer them."""

from typing import Any

from yafdp.kernel.http import answer, answer_page, api, body, caller, query_flag, query_number, query_text
from yafdp.kitchen import service
from yafdp.kitchen.messages import RejectTicket


@api.get("/kitchen/orders")
def tickets() -> Any:
    """The tickets of the caller's kitchen, newest first, or the open ones; 304 if the caller has them."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    return answer_page(service.queue(caller(), limit, query_text("cursor"), only_open=query_flag("open")))


@api.post("/kitchen/orders/<order_id>/accept")
def accept(order_id: str) -> Any:
    """200 with the ticket: the kitchen takes it on."""
    return answer(200, service.accept(caller(), order_id))


@api.post("/kitchen/orders/<order_id>/reject")
def reject(order_id: str) -> Any:
    """200 with the ticket: the kitchen cannot make it."""
    return answer(200, service.reject(caller(), order_id, body(RejectTicket).reason))


@api.post("/kitchen/orders/<order_id>/ready")
def ready(order_id: str) -> Any:
    """200 with the ticket: the food waits for its courier."""
    return answer(200, service.ready(caller(), order_id))


handler = api.handler
