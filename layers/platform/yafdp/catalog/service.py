"""What everybody may ask the catalog: restaurants, menus, and what pricing needs of them."""

from yafdp.catalog import hours, names, store
from yafdp.catalog.messages import (
    Item,
    LookUp,
    Menu,
    Restaurant,
    RestaurantClosed,
    RestaurantView,
    UnknownRestaurant,
)
from yafdp.kernel.clock import now
from yafdp.kernel.errors import NotFound
from yafdp.kernel.messages import Page
from yafdp.kernel.revisions import Revised


def restaurants(limit: int, cursor: str | None, cuisine: str | None, name: str | None) -> Page[RestaurantView]:
    """Restaurants by name; those of a cuisine, if one is given, whose names begin so."""
    found, following = store.restaurants(limit, cursor, names.folded(cuisine or ""), names.folded(name or ""))
    return Page(items=tuple(map(view, found)), cursor=following)


def restaurant(restaurant_id: str) -> Revised[Restaurant]:
    """One restaurant. Raises NotFound."""
    found = store.restaurant(restaurant_id) if names.is_slug(restaurant_id) else None
    if found is None:
        raise NotFound(f"There is no restaurant {restaurant_id}.")
    return found


def view(shown: Restaurant) -> RestaurantView:
    """The restaurant and whether it is open now."""
    fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
    return RestaurantView(**fields, open=hours.is_open(shown, now()))


def items(restaurant_id: str, limit: int, cursor: str | None) -> Page[Item]:
    """A restaurant's menu. Raises NotFound."""
    restaurant(restaurant_id)
    found, following = store.items(restaurant_id, limit, cursor)
    return Page(items=found, cursor=following)


def item(restaurant_id: str, item_id: str) -> Revised[Item]:
    """One item of a menu. Raises NotFound."""
    restaurant(restaurant_id)
    found = store.item(restaurant_id, item_id) if names.is_slug(item_id) else None
    if found is None:
        raise NotFound(f"{restaurant_id} has no item {item_id}.")
    return found


def look_up(wanted: LookUp) -> Menu:
    """The wanted items that exist. Raises UnknownRestaurant, RestaurantClosed."""
    found = store.restaurant(wanted.restaurant_id)
    if found is None:
        raise UnknownRestaurant(f"there is no restaurant {wanted.restaurant_id}")
    if not hours.is_open(found.content, now()):
        raise RestaurantClosed(f"{wanted.restaurant_id} takes no orders now")
    return Menu(
        restaurant_id=wanted.restaurant_id,
        automatic_acceptance=found.content.automatic_acceptance,
        items=store.look_up(wanted),
    )
