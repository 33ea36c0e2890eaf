"""/basket…: look, put, remove, clear, check out."""

from typing import Any

from yafdp.basket import service
from yafdp.basket.messages import CheckOut, PutItem
from yafdp.kernel.http import accepted, answer, api, body, caller, path_text


@api.get("/basket")
def show() -> Any:
    """The caller's basket with a live quote."""
    return answer(200, service.show(caller().user_id))


@api.put("/basket/items/<item_id>")
def put(item_id: str) -> Any:
    """From now on, so many of the item."""
    return answer(200, service.put(caller().user_id, path_text("itemId", item_id), body(PutItem)))


@api.delete("/basket/items/<item_id>")
def remove(item_id: str) -> Any:
    """None of the item."""
    return answer(200, service.remove(caller().user_id, path_text("itemId", item_id)))


@api.delete("/basket")
def clear() -> Any:
    """Nothing at all."""
    return answer(200, service.clear(caller().user_id))


@api.post("/basket/checkout")
def check_out() -> Any:
    """202 with the order's id and where to watch it."""
    return accepted(service.check_out(caller().user_id, body(CheckOut)))


handler = api.handler
