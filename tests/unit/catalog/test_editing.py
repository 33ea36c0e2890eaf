"""Who may edit what, and that no edit overwrites one that its editor has not seen."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.unit.catalog import menus as m
from tests.unit.catalog.menus import ADMIN, FIRST_TAG, STAFF
from yafdp.catalog import editing, service, stock_store, store
from yafdp.catalog.messages import LookUp
from yafdp.catalog.requests import StockChange
from yafdp.kernel.caller import Caller
from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    KeyReused,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from yafdp.kernel.messages import Address
from yafdp.kernel.revisions import Revised, etag

type Edit = Callable[[Caller, str | None], Any]

KITCHEN_DOOR = Address(street="Oranienstr. 25", city="Berlin", postal_code="10999", country="DE")

FOR_ADMINS: dict[str, Edit] = {
    "create a restaurant": lambda by, _: editing.create_restaurant(by, m.new_restaurant(restaurant_id="rice")),
    "delete a restaurant": lambda by, tag: editing.delete_restaurant(by, "noodles", tag),
}
TAGGED: dict[str, Edit] = {
    "edit a restaurant": lambda by, tag: editing.replace_restaurant(by, "noodles", m.restaurant_form(), tag),
    "edit an item": lambda by, tag: editing.replace_item(by, "noodles", "soup", m.item_form(), tag),
    "delete an item": lambda by, tag: editing.delete_item(by, "noodles", "soup", tag),
}
FOR_STAFF: dict[str, Edit] = TAGGED | {
    "create an item": lambda by, _: editing.create_item(by, "noodles", m.new_item(item_id="ramen")),
    "change stock": lambda by, _: editing.change_stock(by, "noodles", "soup", StockChange(change=1), None),
}
TAGGED = TAGGED | {"delete a restaurant": FOR_ADMINS["delete a restaurant"]}


@pytest.fixture(autouse=True)
def _menu(table: str) -> None:
    m.put("noodles", m.an_item("soup", stock=10))


def stock() -> int:
    return service.item("noodles", "soup").content.stock


def cases(edits: dict[str, Edit]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("edit", edits.values(), ids=edits.keys())


@cases(FOR_ADMINS | FOR_STAFF)
def test_admins_may_edit_everything(edit: Edit) -> None:
    edit(ADMIN, FIRST_TAG)


@cases(FOR_STAFF)
def test_staff_may_edit_their_own_restaurant(edit: Edit) -> None:
    edit(STAFF, FIRST_TAG)


@cases(FOR_ADMINS)
def test_staff_may_neither_make_nor_delete_restaurants(edit: Edit) -> None:
    with pytest.raises(Forbidden):
        edit(STAFF, FIRST_TAG)


@cases(FOR_ADMINS | FOR_STAFF)
@pytest.mark.parametrize("by", [m.OTHER_STAFF, m.CUSTOMER, m.COURIER, m.PRETENDER], ids=lambda by: by.user_id)
def test_nobody_else_may_edit_anything_and_nothing_changes(edit: Edit, by: Caller) -> None:
    before = store.restaurants(10, None), store.items("noodles", 10, None), service.item("noodles", "soup").revision
    with pytest.raises(Forbidden):
        edit(by, FIRST_TAG)
    with pytest.raises(Forbidden):
        edit(by, None)
    assert before == (
        store.restaurants(10, None),
        store.items("noodles", 10, None),
        service.item("noodles", "soup").revision,
    )


@cases(TAGGED)
@pytest.mark.parametrize("tag", [None, "", "*"])
def test_an_edit_that_names_no_version_is_428(edit: Edit, tag: str | None) -> None:
    with pytest.raises(PreconditionRequired):
        edit(ADMIN, tag)


@cases(TAGGED)
@pytest.mark.parametrize("tag", ['"another"', 'W/"first"', "first", '"one", "other"', "garbage\x7f"])
def test_an_edit_of_another_version_is_412_and_nothing_changes(edit: Edit, tag: str) -> None:
    with pytest.raises(PreconditionFailed):
        edit(ADMIN, tag)
    assert service.restaurant("noodles").revision == service.item("noodles", "soup").revision == "first"


def test_of_two_editors_who_read_the_same_version_one_is_told() -> None:
    editing.replace_item(STAFF, "noodles", "soup", m.item_form(name="Hot soup"), FIRST_TAG)
    with pytest.raises(PreconditionFailed):
        editing.replace_item(ADMIN, "noodles", "soup", m.item_form(name="Cold soup"), FIRST_TAG)
    assert service.item("noodles", "soup").content.name == "Hot soup"


EDITS_OF_THE_STORE: dict[str, Callable[[], bool]] = {
    "restaurant": lambda: store.replace_restaurant(Revised(m.a_restaurant("noodles"), "late"), "first"),
    "restaurant's end": lambda: store.delete_restaurant("noodles", "first", "2026-01-01T00:00:00.000Z"),
    "item": lambda: store.replace_item("noodles", Revised(m.an_item("soup"), "late"), "first"),
    "item's end": lambda: store.delete_item("noodles", "soup", "first"),
}


@pytest.mark.parametrize("write", EDITS_OF_THE_STORE.values(), ids=EDITS_OF_THE_STORE.keys())
def test_an_edit_that_falls_between_reading_and_writing_is_seen(write: Callable[[], bool]) -> None:
    editing.replace_restaurant(ADMIN, "noodles", m.restaurant_form(name="Meanwhile"), FIRST_TAG)
    editing.replace_item(ADMIN, "noodles", "soup", m.item_form(name="Meanwhile"), FIRST_TAG)
    assert not write()
    assert service.restaurant("noodles").content.name == service.item("noodles", "soup").content.name == "Meanwhile"


def test_an_editor_who_loses_the_race_at_the_last_moment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read = service.item("noodles", "soup")
    editing.replace_item(ADMIN, "noodles", "soup", m.item_form(name="Meanwhile"), FIRST_TAG)
    monkeypatch.setattr(service, "item", lambda *_: read)
    with pytest.raises(PreconditionFailed):
        editing.replace_item(STAFF, "noodles", "soup", m.item_form(), FIRST_TAG)
    with pytest.raises(PreconditionFailed):
        editing.delete_item(STAFF, "noodles", "soup", FIRST_TAG)


def test_a_revision_never_comes_back_with_another_item_of_the_same_id() -> None:
    first = editing.create_item(STAFF, "noodles", m.new_item(item_id="tea"))
    editing.delete_item(STAFF, "noodles", "tea", etag(first.revision))
    editing.create_item(STAFF, "noodles", m.new_item(item_id="tea", name="Other tea"))
    with pytest.raises(PreconditionFailed):
        editing.replace_item(STAFF, "noodles", "tea", m.item_form(), etag(first.revision))


def test_an_edit_leaves_stock_alone_and_stock_leaves_the_revision_alone() -> None:
    editing.change_stock(STAFF, "noodles", "soup", StockChange(change=5), None)
    assert service.item("noodles", "soup").revision == "first"
    after = editing.replace_item(STAFF, "noodles", "soup", m.item_form(), FIRST_TAG)
    assert after.content.stock == stock() == 15
    assert service.item("noodles", "soup") == after


def test_a_restaurant_may_say_where_couriers_come_for_the_food() -> None:
    after = editing.replace_restaurant(STAFF, "noodles", m.restaurant_form(address=KITCHEN_DOOR), FIRST_TAG)
    assert service.restaurant("noodles").content.address == after.content.address == KITCHEN_DOOR


def test_a_restaurant_is_found_where_its_edit_puts_it() -> None:
    form = m.restaurant_form(name="Übernudel", cuisine="Fusion", automatic_acceptance=True, paused=True)
    after = editing.replace_restaurant(STAFF, "noodles", form, FIRST_TAG)
    assert service.restaurant("noodles") == after
    assert [place.restaurant_id for place in service.restaurants(9, None, "fusion", "uber").items] == ["noodles"]
    assert service.restaurants(9, None, "any", None).items == ()
    assert (after.content.automatic_acceptance, after.content.paused) == (True, True)


@pytest.mark.parametrize(
    ("given", "made"), [({"restaurant_id": "rice-2"}, "rice-2"), ({"name": "Reis & Söhne"}, "reis-sohne")]
)
def test_a_restaurants_id_is_given_or_made_of_its_name(given: dict[str, str], made: str) -> None:
    new = editing.create_restaurant(ADMIN, m.new_restaurant(**given))
    assert new.content.restaurant_id == made
    assert service.restaurant(made) == new


def test_an_id_that_is_taken_is_a_conflict_and_changes_nothing() -> None:
    with pytest.raises(Conflict):
        editing.create_restaurant(ADMIN, m.new_restaurant(restaurant_id="noodles", name="Usurper"))
    with pytest.raises(Conflict):
        editing.create_item(ADMIN, "noodles", m.new_item(item_id="soup", name="Usurper"))
    assert "Usurper" not in {service.restaurant("noodles").content.name, service.item("noodles", "soup").content.name}


def test_a_deleted_restaurants_id_is_not_given_again() -> None:
    editing.delete_restaurant(ADMIN, "noodles", FIRST_TAG)
    with pytest.raises(Conflict):
        editing.create_restaurant(ADMIN, m.new_restaurant(restaurant_id="noodles"))


@cases(TAGGED | FOR_STAFF)
def test_what_has_been_deleted_is_not_found_any_more(edit: Edit) -> None:
    editing.delete_restaurant(ADMIN, "noodles", FIRST_TAG)
    with pytest.raises(NotFound):
        edit(ADMIN, FIRST_TAG)


def test_a_deleted_item_is_neither_shown_nor_listed_nor_looked_up() -> None:
    editing.delete_item(STAFF, "noodles", "soup", FIRST_TAG)
    with pytest.raises(NotFound):
        service.item("noodles", "soup")
    assert service.items("noodles", 9, None).items == ()
    assert service.look_up(LookUp(restaurant_id="noodles", item_ids=("soup",))).items == ()


FAULTY_RESTAURANTS = {
    "blank name": ({"name": "  "}, "/name"),
    "blank cuisine": ({"cuisine": "\u0301"}, "/cuisine"),
    "no such zone": ({"time_zone": "Europe/Hamburg"}, "/timeZone"),
    "blank street": ({"address": msgspec.structs.replace(KITCHEN_DOOR, street=" ")}, "/address/street"),
    "blank city": ({"address": msgspec.structs.replace(KITCHEN_DOOR, city="\u0301")}, "/address/city"),
    "no time at all": ({"opening_hours": (m.period("MONDAY 11:00-11:00"),)}, "/openingHours/0/closes"),
    "twice the same": ({"opening_hours": (m.period("MONDAY 11:00-23:00"),) * 2}, "/openingHours/1"),
}


@pytest.mark.parametrize(("change", "pointer"), FAULTY_RESTAURANTS.values(), ids=FAULTY_RESTAURANTS.keys())
def test_a_form_that_means_nothing_is_refused_at_the_field(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        editing.create_restaurant(ADMIN, m.new_restaurant(restaurant_id="rice", **change))
    assert pointer in [error.pointer for error in caught.value.errors]
    with pytest.raises(InvalidRequest) as caught:
        editing.replace_restaurant(ADMIN, "noodles", m.restaurant_form(**change), FIRST_TAG)
    assert pointer in [error.pointer for error in caught.value.errors]
    assert service.restaurant("noodles").revision == "first"


def test_a_name_that_makes_no_id_needs_one_given() -> None:
    with pytest.raises(InvalidRequest) as caught:
        editing.create_restaurant(ADMIN, m.new_restaurant(name="寿司"))
    assert caught.value.errors[0].pointer == "/restaurantId"
    with pytest.raises(InvalidRequest) as caught:
        editing.create_item(ADMIN, "noodles", m.new_item(name="寿司"))
    assert caught.value.errors[0].pointer == "/itemId"


def change(portions: int, key: str | None = None, by: Caller = STAFF) -> int:
    return editing.change_stock(by, "noodles", "soup", StockChange(change=portions), key).stock


def test_stock_goes_up_and_down_and_never_below_zero() -> None:
    assert change(5) == 15
    assert change(-15) == 0
    with pytest.raises(Conflict):
        change(-1)
    assert stock() == 0


def test_the_same_key_counts_once() -> None:
    assert [change(5, "monday") for _ in range(3)] == [15, 15, 15]
    assert change(5, "tuesday") == 20
    assert change(5) == change(0) == 25


def test_a_repeat_is_answered_also_when_the_portions_are_gone_meanwhile() -> None:
    assert change(-10, "sold at the counter") == 0
    assert change(-10, "sold at the counter") == 0


def test_the_same_key_for_another_change_is_refused() -> None:
    change(5, "monday")
    with pytest.raises(KeyReused):
        change(6, "monday")
    assert stock() == 15


def test_a_key_belongs_to_its_caller_and_its_item() -> None:
    change(5, "monday")
    assert change(5, "monday", by=ADMIN) == 20
    editing.create_item(STAFF, "noodles", m.new_item(item_id="tea", stock=0))
    assert editing.change_stock(STAFF, "noodles", "tea", StockChange(change=7), "monday").stock == 7


def test_a_refused_change_does_not_use_up_its_key() -> None:
    with pytest.raises(Conflict):
        change(-11, "monday")
    change(1)
    assert change(-11, "monday") == 0


def test_an_id_that_a_pattern_lets_pass_for_its_line_break_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        editing.create_restaurant(ADMIN, m.new_restaurant(restaurant_id="rice\n"))
    assert caught.value.errors[0].pointer == "/restaurantId"


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_a_key_that_is_none_or_too_long_is_refused(key: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        change(1, key)
    assert caught.value.errors[0].pointer == "header:Idempotency-Key"


def test_a_receipt_goes_after_a_while() -> None:
    change(1, "monday")
    rows = client("dynamodb").scan(TableName="table")["Items"]
    (receipt,) = [row for row in rows if row["pk"]["S"].startswith("RECEIPT#")]
    assert int(receipt["expiresAt"]["N"]) == pytest.approx(epoch_in(stock_store.RECEIPT_LIFETIME), abs=60)
