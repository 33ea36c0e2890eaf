"""POST, PUT and DELETE /restaurants/…/items…: admins and staff keep a menu and count its stock."""

from typing import Any

from yafdp.catalog import editing
from yafdp.catalog.requests import ItemForm, NewItem, StockChange
from yafdp.kernel.http import answer, answer_edited, answer_nothing, api, body, caller, header


@api.post("/restaurants/<restaurant_id>/items")
def create(restaurant_id: str) -> Any:
    """201 with where the new item is."""
    made, revision = editing.create_item(caller(), restaurant_id, body(NewItem))
    location = f"/restaurants/{restaurant_id}/items/{made.item_id}"
    return answer_edited(made, revision, status=201, location=location)


@api.put("/restaurants/<restaurant_id>/items/<item_id>")
def replace(restaurant_id: str, item_id: str) -> Any:
    """200 with the item as it is now."""
    after, revision = editing.replace_item(caller(), restaurant_id, item_id, body(ItemForm), header("If-Match"))
    return answer_edited(after, revision)


@api.delete("/restaurants/<restaurant_id>/items/<item_id>")
def delete(restaurant_id: str, item_id: str) -> Any:
    """204 once it is off the menu."""
    editing.delete_item(caller(), restaurant_id, item_id, header("If-Match"))
    return answer_nothing()


@api.post("/restaurants/<restaurant_id>/items/<item_id>/stock")
def stock(restaurant_id: str, item_id: str) -> Any:
    """200 with the portions that are left now."""
    changed = editing.change_stock(caller(), restaurant_id, item_id, body(StockChange), header("Idempotency-Key"))
    return answer(200, changed)


handler = api.handler
