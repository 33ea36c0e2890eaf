"""What admins and staff may do to the catalog: every edit replaces the version that its editor has read."""

from yafdp.catalog import forms, service, stock_store, store
from yafdp.catalog.messages import Item, OutOfStock, Restaurant, StockLevel
from yafdp.catalog.requests import ItemForm, NewItem, NewRestaurant, RestaurantForm, StockChange
from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import timestamp
from yafdp.kernel.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidRequest,
    KeyReused,
    PreconditionFailed,
)
from yafdp.kernel.ids import derived_id, random_id
from yafdp.kernel.revisions import Revised, require_match

MAX_KEY_LENGTH = 128


def create_restaurant(by: Caller, wanted: NewRestaurant) -> Revised[Restaurant]:
    """A new restaurant. Raises Forbidden, InvalidRequest, Conflict."""
    _require_admin(by)
    made = Revised(
        forms.restaurant(wanted, forms.id_of(wanted.restaurant_id, wanted.name, "restaurantId")), random_id()
    )
    if not store.create_restaurant(made):
        raise Conflict(f"There is a restaurant {made.content.restaurant_id}, or there was one.")
    return made


def replace_restaurant(
    by: Caller, restaurant_id: str, wanted: RestaurantForm, if_match: str | None
) -> Revised[Restaurant]:
    """The restaurant as its editor wants it.

    Raises Forbidden, NotFound, InvalidRequest, and as `require_match` does.
    """
    _require_editor(by, restaurant_id)
    before = service.restaurant(restaurant_id)
    require_match(if_match, before.revision)
    after = Revised(forms.restaurant(wanted, restaurant_id), random_id())
    _require_written(store.replace_restaurant(after, before.revision))
    return after


def delete_restaurant(by: Caller, restaurant_id: str, if_match: str | None) -> None:
    """No restaurant, and no menu of it. Raises Forbidden, NotFound, and as `require_match` does."""
    _require_admin(by)
    before = service.restaurant(restaurant_id)
    require_match(if_match, before.revision)
    _require_written(store.delete_restaurant(restaurant_id, before.revision, timestamp()))


def create_item(by: Caller, restaurant_id: str, wanted: NewItem) -> Revised[Item]:
    """A new item on a menu. Raises Forbidden, NotFound, InvalidRequest, Conflict."""
    _require_editor(by, restaurant_id)
    service.restaurant(restaurant_id)
    made = Revised(forms.item(wanted, forms.id_of(wanted.item_id, wanted.name, "itemId"), wanted.stock), random_id())
    if not store.create_item(restaurant_id, made):
        raise Conflict(f"{restaurant_id} has an item {made.content.item_id} already.")
    return made


def replace_item(by: Caller, restaurant_id: str, item_id: str, wanted: ItemForm, if_match: str | None) -> Revised[Item]:
    """The item as its editor wants it; its stock stays as it is. Raises Forbidden, NotFound, InvalidRequest, and as
    `require_match` does.
    """
    _require_editor(by, restaurant_id)
    before = service.item(restaurant_id, item_id)
    require_match(if_match, before.revision)
    after = Revised(forms.item(wanted, item_id, before.content.stock), random_id())
    _require_written(store.replace_item(restaurant_id, after, before.revision))
    return after


def delete_item(by: Caller, restaurant_id: str, item_id: str, if_match: str | None) -> None:
    """The item is off the menu. Raises Forbidden, NotFound, and as `require_match` does."""
    _require_editor(by, restaurant_id)
    before = service.item(restaurant_id, item_id)
    require_match(if_match, before.revision)
    _require_written(store.delete_item(restaurant_id, item_id, before.revision))


def change_stock(by: Caller, restaurant_id: str, item_id: str, wanted: StockChange, key: str | None) -> StockLevel:
    """So many portions more or fewer, once per caller, item and key. The stock in the answer is that of now: orders
    move it too.

    Raises Forbidden, NotFound, InvalidRequest for a key that is too long, Conflict if there are not so many portions,
    KeyReused if the key stands for another change.
    """
    _require_editor(by, restaurant_id)
    service.item(restaurant_id, item_id)
    try:
        made = stock_store.change(restaurant_id, item_id, wanted.change, _receipt(by, restaurant_id, item_id, key))
    except OutOfStock as refusal:
        raise Conflict(f"{item_id} has fewer than {-wanted.change} portions left.") from refusal
    if made != wanted.change:
        raise KeyReused("This Idempotency-Key was used for a different change. Use a new key for a new change.")
    return StockLevel(item_id=item_id, stock=service.item(restaurant_id, item_id).content.stock)


def _require_admin(by: Caller) -> None:
    if not by.is_admin:
        raise Forbidden("Only admins may do this.")


def _require_editor(by: Caller, restaurant_id: str) -> None:
    if not (by.is_admin or by.works_for(restaurant_id)):
        raise Forbidden("Only admins and the restaurant's own staff may do this.")


def _require_written(written: bool) -> None:
    if not written:
        raise PreconditionFailed("Somebody has changed it at this moment. Read it again and decide again.")


def _receipt(by: Caller, restaurant_id: str, item_id: str, key: str | None) -> str | None:
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        detail = f"Idempotency-Key must have 1 to {MAX_KEY_LENGTH} characters"
        raise InvalidRequest(detail, (FieldError("header:Idempotency-Key", detail),))
    return derived_id("stock", by.user_id, restaurant_id, item_id, key)
