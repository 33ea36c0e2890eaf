"""From what an editor has filled in to what is stored: the rules that no schema can say. Pure."""

from collections.abc import Iterator

from yafdp.catalog import hours, names
from yafdp.catalog.messages import Item, Restaurant
from yafdp.catalog.requests import ItemForm, RestaurantForm
from yafdp.kernel.errors import FieldError, InvalidRequest
from yafdp.kernel.messages import Address, Money
from yafdp.kernel.zones import is_time_zone


def restaurant(form: RestaurantForm, restaurant_id: str) -> Restaurant:
    """The restaurant of a form. Raises InvalidRequest that points at each fault."""
    _require_none(
        *_blank("name", form.name),
        *_blank("cuisine", form.cuisine),
        *_unknown_zone(form.time_zone),
        *hours.faults(form.opening_hours),
        *_unreadable_address(form),
    )
    return Restaurant(
        restaurant_id=restaurant_id,
        name=form.name,
        cuisine=form.cuisine,
        time_zone=form.time_zone,
        automatic_acceptance=form.automatic_acceptance,
        opening_hours=form.opening_hours,
        paused=form.paused,
        address=form.address,
    )


def item(form: ItemForm, item_id: str, stock: int) -> Item:
    """The item of a form. Raises InvalidRequest that points at each fault."""
    _require_none(*_blank("name", form.name))
    return Item(
        item_id=item_id,
        name=form.name,
        price=Money(amount=form.price.amount, currency=form.price.currency),
        stock=stock,
        description=form.description,
        available=form.available,
    )


def id_of(given: str | None, name: str, field: str) -> str:
    """The id that was given, or one made of the name.

    Raises InvalidRequest that points at the field where an id can be given.
    """
    made = names.slug(name) if given is None else given
    # In Python a pattern's `$` lets a line break pass, in a schema it does not: so look once more.
    if made is None or not names.is_slug(made):
        detail = "an id of 2 to 63 lower-case letters, digits and hyphens is needed, and the name does not yield one"
        raise InvalidRequest(detail, (FieldError(f"/{field}", detail),))
    return made


def _blank(field: str, text: str) -> Iterator[FieldError]:
    if not names.folded(text):
        yield FieldError(f"/{field}", f"{field} must hold something that can be read")


def _unreadable_address(form: RestaurantForm) -> Iterator[FieldError]:
    if isinstance(form.address, Address):
        yield from _blank("address/street", form.address.street)
        yield from _blank("address/city", form.address.city)


def _unknown_zone(zone: str) -> Iterator[FieldError]:
    if not is_time_zone(zone):
        yield FieldError("/timeZone", f"{zone} is not in the IANA time zone database; Europe/Berlin is, for example")


def _require_none(*faults: FieldError) -> None:
    if faults:
        raise InvalidRequest("; ".join(fault.detail for fault in faults), faults)
