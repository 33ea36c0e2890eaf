"""Restaurants and items as the catalog's tests need them."""

from typing import Any

from yafdp.catalog import stock_store, store
from yafdp.catalog.messages import Day, Item, Period, Restaurant
from yafdp.catalog.requests import ItemForm, NewItem, NewRestaurant, Price, RestaurantForm
from yafdp.kernel.caller import Caller
from yafdp.kernel.messages import Money
from yafdp.kernel.revisions import Revised, etag

FIRST = "first"
FIRST_TAG = etag(FIRST)

ADMIN = Caller("admin", frozenset({"admins"}))
STAFF = Caller("cook", frozenset({"staff"}), "noodles")
OTHER_STAFF = Caller("rival", frozenset({"staff"}), "dumplings")
CUSTOMER = Caller("alice")
COURIER = Caller("ada", frozenset({"couriers"}))
# Says where it works, and is not of the staff.
PRETENDER = Caller("mallory", frozenset(), "noodles")


_SOUP: dict[str, Any] = {"name": "Soup", "price": Price(amount=500, currency="EUR")}


def an_item(item_id: str, **changes: Any) -> Item:
    """An item of some price."""
    fields: dict[str, Any] = {"name": item_id.upper(), "price": Money(amount=100, currency="EUR"), "stock": 10}
    return Item(item_id=item_id, **(fields | changes))


def a_restaurant(restaurant_id: str, **changes: Any) -> Restaurant:
    """A restaurant that is always open."""
    fields: dict[str, Any] = {"name": restaurant_id.title(), "cuisine": "any"}
    return Restaurant(restaurant_id=restaurant_id, **(fields | changes))


def put(restaurant: Restaurant | str, *items: Item) -> None:
    """Store a restaurant with a menu, all at their first revision."""
    restaurant = a_restaurant(restaurant) if isinstance(restaurant, str) else restaurant
    assert store.create_restaurant(Revised(restaurant, FIRST))
    for item in items:
        assert store.create_item(restaurant.restaurant_id, Revised(item, FIRST))


def recount(restaurant_id: str, item_id: str, portions: int) -> None:
    """Add portions."""
    stock_store.change(restaurant_id, item_id, portions, None)


def restaurant_form(**changes: Any) -> RestaurantForm:
    """A form with nothing wrong in it."""
    return RestaurantForm(**({"name": "Noodles", "cuisine": "chinese", "time_zone": "Europe/Berlin"} | changes))


def new_restaurant(**changes: Any) -> NewRestaurant:
    """The same for a new restaurant."""
    return NewRestaurant(**({"name": "Noodles", "cuisine": "chinese", "time_zone": "Europe/Berlin"} | changes))


def item_form(**changes: Any) -> ItemForm:
    """A form with nothing wrong in it."""
    return ItemForm(**(_SOUP | changes))


def new_item(**changes: Any) -> NewItem:
    """The same for a new item."""
    return NewItem(**(_SOUP | {"stock": 3} | changes))


def period(text: str) -> Period:
    """`MONDAY 11:00-23:00`."""
    day, _, times = text.partition(" ")
    opens, _, closes = times.partition("-")
    return Period(day=Day(day), opens=opens, closes=closes)
