"""The catalog's use cases."""

from yafdp.catalog import model, store
from yafdp.catalog.messages import (
    Item,
    LookUp,
    Menu,
    OutOfStock,
    Page,
    ReleaseStock,
    ReserveStock,
    Restaurant,
    StockCommand,
    UnknownRestaurant,
)
from yafdp.kernel.errors import NotFound


def restaurants(limit: int, cursor: str | None) -> Page[Restaurant]:
    """Restaurants by name."""
    found, following = store.restaurants(limit, cursor)
    return Page(items=found, cursor=following)


def restaurant(restaurant_id: str) -> Restaurant:
    """One restaurant. Raises NotFound."""
    found = store.restaurant(restaurant_id)
    if found is None:
        raise NotFound(f"There is no restaurant {restaurant_id}.")
    return found


def items(restaurant_id: str, limit: int, cursor: str | None) -> Page[Item]:
    """A restaurant's menu. Raises NotFound."""
    restaurant(restaurant_id)
    found, following = store.items(restaurant_id, limit, cursor)
    return Page(items=found, cursor=following)


def look_up(wanted: LookUp) -> Menu:
    """The wanted items that exist. Raises UnknownRestaurant."""
    found = store.restaurant(wanted.restaurant_id)
    if found is None:
        raise UnknownRestaurant(f"there is no restaurant {wanted.restaurant_id}")
    return Menu(
        restaurant_id=wanted.restaurant_id,
        automatic_acceptance=found.automatic_acceptance,
        items=store.look_up(wanted),
    )


def change_stock(command: StockCommand) -> None:
    """A command of the saga. Raises OutOfStock, ReservationReleased."""
    match command:
        case ReserveStock():
            reserve(command)
        case ReleaseStock():
            store.release(command.order_id, lambda before: model.release(before, command))


def reserve(command: ReserveStock) -> None:
    """Set aside an order's lines, all or none. A refusal is remembered before it is raised."""
    try:
        store.reserve(command.order_id, lambda before: model.reserve(before, command))
    except OutOfStock:
        store.reservations().transition(command.order_id, lambda before: model.refuse(before, command))
        raise
