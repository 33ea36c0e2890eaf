"""GET /restaurants…: browse restaurants and their menus."""

from typing import Any

from yafdp.catalog import service
from yafdp.kernel.http import answer, api, query_number, query_text


@api.get("/restaurants")
def restaurants() -> Any:
    """Restaurants by name."""
    return answer(200, service.restaurants(query_number("limit", 25, lowest=1, highest=100), query_text("cursor")))


@api.get("/restaurants/<restaurant_id>")
def restaurant(restaurant_id: str) -> Any:
    """One restaurant."""
    return answer(200, service.restaurant(restaurant_id))


@api.get("/restaurants/<restaurant_id>/items")
def items(restaurant_id: str) -> Any:
    """Its menu."""
    page = service.items(restaurant_id, query_number("limit", 50, lowest=1, highest=100), query_text("cursor"))
    return answer(200, page)


handler = api.handler
