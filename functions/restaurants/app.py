"""GET /restaurants…: browse restaurants and their menus."""

from typing import Any

from yafdp.catalog import service
from yafdp.kernel.http import LIVE, answer, answer_tagged, api, query_number, query_text


@api.get("/restaurants")
def restaurants() -> Any:
    """Restaurants by name, of one cuisine, or whose names begin so."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    cuisine, name = query_text("cuisine", longest=50), query_text("name", longest=100)
    page = service.restaurants(limit, query_text("cursor"), cuisine, name)
    return answer(200, page)


@api.get("/restaurants/<restaurant_id>")
def restaurant(restaurant_id: str) -> Any:
    """One restaurant; 304 if the caller has this version."""
    found = service.restaurant(restaurant_id)
    return answer_tagged(service.view(found.content), found.revision, LIVE)


@api.get("/restaurants/<restaurant_id>/items")
def items(restaurant_id: str) -> Any:
    """Its menu."""
    page = service.items(restaurant_id, query_number("limit", 50, lowest=1, highest=100), query_text("cursor"))
    return answer(200, page)


@api.get("/restaurants/<restaurant_id>/items/<item_id>")
def item(restaurant_id: str, item_id: str) -> Any:
    """One item; 304 if the caller has this version."""
    found = service.item(restaurant_id, item_id)
    return answer_tagged(found.content, found.revision, LIVE)


handler = api.handler
