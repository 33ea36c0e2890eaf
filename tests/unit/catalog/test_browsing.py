"""What everybody may ask: lists, searches, one thing, and what pricing asks."""

from datetime import UTC, datetime

import pytest

from tests.unit.catalog.menus import FIRST, a_restaurant, an_item, period, put
from yafdp.catalog import service, store
from yafdp.catalog.messages import LookUp, RestaurantClosed, UnknownRestaurant
from yafdp.kernel.errors import InvalidRequest, NotFound

LONG_AGO = "2020-01-01T00:00:00.000Z"


@pytest.fixture
def town(table: str) -> str:
    """Five restaurants of two cuisines."""
    for name, cuisine in (
        ("Trattoria Uno", "Italian"),
        ("trattoria due", "italian"),
        ("Tràttoria Tre", "ITALIAN"),
        ("Zum Löwen", "German"),
        ("Pizza Uno", "italian"),
    ):
        put(
            a_restaurant(name.lower().replace(" ", "-").replace("à", "a").replace("ö", "o"), name=name, cuisine=cuisine)
        )
    return table


@pytest.fixture
def menu(table: str) -> str:
    """A restaurant with three items."""
    put("noodles", *(an_item(item_id) for item_id in ("soup", "ramen", "tea")))
    return "noodles"


def listed(cuisine: str | None = None, name: str | None = None, page: int = 2) -> list[str]:
    """The names on all pages."""
    found: list[str] = []
    cursor = None
    while True:
        answer = service.restaurants(page, cursor, cuisine, name)
        assert len(answer.items) <= page
        found += [place.name for place in answer.items]
        cursor = answer.cursor
        if cursor is None:
            return found


def test_restaurants_are_listed_by_name_page_by_page_whatever_their_case(town: str) -> None:
    assert listed() == ["Pizza Uno", "trattoria due", "Tràttoria Tre", "Trattoria Uno", "Zum Löwen"]


@pytest.mark.parametrize(
    ("cuisine", "name", "found"),
    [
        ("german", None, ["Zum Löwen"]),
        ("Itálian", None, ["Pizza Uno", "trattoria due", "Tràttoria Tre", "Trattoria Uno"]),
        (None, "TRATT", ["trattoria due", "Tràttoria Tre", "Trattoria Uno"]),
        (None, "zum lo", ["Zum Löwen"]),
        ("italian", "tratt", ["trattoria due", "Tràttoria Tre", "Trattoria Uno"]),
        ("german", "tratt", []),
        ("ital", None, []),
        ("", " ", ["Pizza Uno", "trattoria due", "Tràttoria Tre", "Trattoria Uno", "Zum Löwen"]),
    ],
)
def test_a_search_is_by_cuisine_and_by_what_the_name_begins_with(
    town: str, cuisine: str | None, name: str | None, found: list[str]
) -> None:
    assert listed(cuisine, name) == found


def test_a_restaurant_is_shown_with_whether_it_is_open_now(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(a_restaurant("noodles", opening_hours=(period("MONDAY 11:00-23:00"),), time_zone="UTC"))
    for hour, expected in ((10, False), (12, True)):
        monkeypatch.setattr(service, "now", lambda hour=hour: datetime(2026, 6, 1, hour, tzinfo=UTC))
        assert service.view(service.restaurant("noodles").content).open is expected
        assert service.restaurants(1, None, None, None).items[0].open is expected


@pytest.mark.parametrize("restaurant_id", ["nowhere", "", "Noodles", "x" * 3000, "no/where", "ITEM#soup"])
def test_what_cannot_be_or_is_not_a_restaurant_is_not_found(menu: str, restaurant_id: str) -> None:
    for ask in (
        lambda: service.restaurant(restaurant_id),
        lambda: service.items(restaurant_id, 10, None),
        lambda: service.item(restaurant_id, "soup"),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("item_id", ["nothing", "", "x" * 3000, "Soup"])
def test_what_cannot_be_or_is_not_an_item_is_not_found(menu: str, item_id: str) -> None:
    with pytest.raises(NotFound):
        service.item("noodles", item_id)


def test_what_cannot_be_an_id_is_not_asked_of_the_table_which_would_refuse_it(
    menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(store, "item", refuse)
    with pytest.raises(NotFound):
        service.item("noodles", "x" * 3000)
    monkeypatch.setattr(store, "restaurant", refuse)
    with pytest.raises(NotFound):
        service.restaurant("x" * 3000)


def test_items_are_listed_page_by_page(menu: str) -> None:
    first = service.items("noodles", 2, None)
    second = service.items("noodles", 2, first.cursor)
    assert [item.item_id for item in first.items + second.items] == ["ramen", "soup", "tea"]
    assert second.cursor is None


def test_the_menu_of_a_deleted_restaurant_is_gone_with_it(menu: str) -> None:
    store.delete_restaurant("noodles", FIRST, LONG_AGO)
    assert listed() == []
    with pytest.raises(NotFound):
        service.items("noodles", 10, None)
    with pytest.raises(NotFound):
        service.item("noodles", "soup")
    with pytest.raises(UnknownRestaurant):
        service.look_up(LookUp(restaurant_id="noodles", item_ids=("soup",)))


def test_a_cursor_of_another_search_or_collection_is_refused(town: str) -> None:
    italian = service.restaurants(1, None, "italian", None).cursor
    with pytest.raises(InvalidRequest):
        service.restaurants(1, italian, None, None)
    with pytest.raises(InvalidRequest):
        service.restaurants(1, italian, "german", None)
    put("noodles", an_item("ramen"), an_item("soup"))
    with pytest.raises(InvalidRequest):
        service.items("noodles", 1, italian)


def test_a_lookup_finds_what_there_is_and_says_what_is_not_available(table: str) -> None:
    put("noodles", an_item("soup"), an_item("ramen", available=False))
    found = service.look_up(LookUp(restaurant_id="noodles", item_ids=("soup", "nothing", "ramen", "soup")))
    assert {item.item_id: item.available for item in found.items} == {"soup": True, "ramen": False}


def test_a_lookup_in_an_unknown_restaurant_is_refused(menu: str) -> None:
    with pytest.raises(UnknownRestaurant):
        service.look_up(LookUp(restaurant_id="nowhere", item_ids=("soup",)))


def test_a_lookup_in_a_closed_restaurant_is_refused(table: str) -> None:
    put(a_restaurant("noodles", paused=True), an_item("soup"))
    with pytest.raises(RestaurantClosed):
        service.look_up(LookUp(restaurant_id="noodles", item_ids=("soup",)))
