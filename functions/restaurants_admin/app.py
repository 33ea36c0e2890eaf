"""POST, PUT and DELETE /restaurants…: admins and staff keep the list of restaurants."""

from typing import Any

from yafdp.catalog import editing
from yafdp.catalog.requests import NewRestaurant, RestaurantForm
from yafdp.catalog.service import view
from yafdp.kernel.http import answer_edited, answer_nothing, api, body, caller, header


@api.post("/restaurants")
def create() -> Any:
    """201 with where the new restaurant is."""
    made, revision = editing.create_restaurant(caller(), body(NewRestaurant))
    return answer_edited(view(made), revision, status=201, location=f"/restaurants/{made.restaurant_id}")


@api.put("/restaurants/<restaurant_id>")
def replace(restaurant_id: str) -> Any:
    """200 with the restaurant as it is now."""
    after, revision = editing.replace_restaurant(caller(), restaurant_id, body(RestaurantForm), header("If-Match"))
    return answer_edited(view(after), revision)


@api.delete("/restaurants/<restaurant_id>")
def delete(restaurant_id: str) -> Any:
    """204 once it is gone."""
    editing.delete_restaurant(caller(), restaurant_id, header("If-Match"))
    return answer_nothing()


handler = api.handler
