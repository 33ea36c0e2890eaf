"""GET /orders…: a customer's orders, one order, its history."""

from typing import Any

from yafdp.kernel.http import answer, answer_tagged, api, caller, query_number, query_text
from yafdp.ordering.service import ordering


@api.get("/orders")
def orders() -> Any:
    """The caller's orders, newest first."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    return answer(200, ordering().list(caller().user_id, limit, query_text("cursor")))


@api.get("/orders/<order_id>")
def order(order_id: str) -> Any:
    """One order; 304 if the caller has this version."""
    view = ordering().show(order_id, caller().user_id)
    return answer_tagged(view, str(view.version))


@api.get("/orders/<order_id>/events")
def events(order_id: str) -> Any:
    """What happened to it after the sequence `after`."""
    after = query_number("after", 0, lowest=0, highest=999_999_999)
    limit = query_number("limit", 100, lowest=1, highest=100)
    return answer(200, ordering().history(order_id, caller().user_id, after, limit))


handler = api.handler
