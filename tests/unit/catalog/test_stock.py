"""Stock: all lines of an order or none, once, and safe before its reservation."""

import itertools

import boto3
import pytest

from yafdp.catalog import service, store
from yafdp.catalog.messages import (
    Item,
    LookUp,
    OutOfStock,
    ReleaseStock,
    ReservationReleased,
    ReservedLine,
    ReserveStock,
    Restaurant,
    UnknownRestaurant,
)
from yafdp.kernel.errors import NotFound
from yafdp.kernel.messages import Money

PORTIONS = 10
RELEASE = ReleaseStock(order_id="o", restaurant_id="r")


@pytest.fixture
def menu(table: str) -> str:
    """A restaurant with three items of ten portions each."""
    store.put_restaurant(Restaurant(restaurant_id="r", name="R", cuisine="any"))
    for item_id in ("a", "b", "c"):
        price = Money(amount=100, currency="EUR")
        store.put_item("r", Item(item_id=item_id, name=item_id.upper(), price=price, stock=PORTIONS))
    return "r"


def reserve(of: str = "o", /, **quantities: int) -> ReserveStock:
    lines = tuple(ReservedLine(item_id=item_id, quantity=number) for item_id, number in quantities.items())
    return ReserveStock(order_id=of, restaurant_id="r", items=lines)


def stock() -> dict[str, int]:
    items, _ = store.items("r", 100, None)
    return {item.item_id: item.stock for item in items}


def test_a_reservation_takes_every_line_once(menu: str) -> None:
    for _ in range(3):
        service.change_stock(reserve(a=1, b=2))
    assert stock() == {"a": 9, "b": 8, "c": 10}


@pytest.mark.parametrize("missing", ["a", "b", "c"])
def test_when_one_line_cannot_be_filled_none_is_taken(menu: str, missing: str) -> None:
    quantities = {"a": 1, "b": 1, "c": 1} | {missing: PORTIONS + 1}
    for _ in range(2):
        with pytest.raises(OutOfStock):
            service.change_stock(reserve(**quantities))
    assert stock() == {"a": 10, "b": 10, "c": 10}


def test_an_item_that_is_not_on_the_menu_cannot_be_reserved(menu: str) -> None:
    with pytest.raises(OutOfStock):
        service.change_stock(reserve(a=1, nothing=1))
    assert stock()["a"] == PORTIONS


def test_a_refusal_stays_a_refusal_when_stock_comes_back(menu: str) -> None:
    with pytest.raises(OutOfStock):
        service.change_stock(reserve(a=PORTIONS + 1))
    store.put_item("r", Item(item_id="a", name="A", price=Money(amount=1, currency="EUR"), stock=100))
    with pytest.raises(OutOfStock):
        service.change_stock(reserve(a=PORTIONS + 1))
    assert stock()["a"] == 100


def test_the_last_portion_is_sold_once(menu: str) -> None:
    service.change_stock(reserve("first", a=PORTIONS))
    with pytest.raises(OutOfStock):
        service.change_stock(reserve("second", a=1))
    assert stock()["a"] == 0


def test_a_release_gives_every_line_back_once(menu: str) -> None:
    service.change_stock(reserve(a=1, b=2))
    for _ in range(3):
        service.change_stock(RELEASE)
    assert stock() == {"a": 10, "b": 10, "c": 10}


def test_a_release_before_its_reservation_makes_the_reservation_refuse(menu: str) -> None:
    service.change_stock(RELEASE)
    with pytest.raises(ReservationReleased):
        service.change_stock(reserve(a=1))
    assert stock()["a"] == PORTIONS


@pytest.mark.parametrize("commands", list(itertools.permutations([reserve(a=3), RELEASE, reserve(a=3)])))
def test_after_a_release_nothing_stays_reserved_in_whatever_order_commands_came(
    menu: str, commands: tuple[ReserveStock | ReleaseStock, ...]
) -> None:
    for command in commands:
        try:
            service.change_stock(command)
        except ReservationReleased:
            continue
    assert stock()["a"] == PORTIONS


def test_a_reservation_and_its_stock_are_one_write(menu: str) -> None:
    """A crash cannot fall between them: there is a reservation exactly when its portions are gone."""
    boto3.client("dynamodb").delete_item(TableName="table", Key={"pk": {"S": "RESTAURANT#r"}, "sk": {"S": "ITEM#c"}})
    with pytest.raises(OutOfStock):
        service.change_stock(reserve(a=1, b=1, c=1))
    reservation = store.reservations().load("o").state
    assert reservation is not None
    assert (reservation.status, reservation.items) == ("REFUSED", ())


def test_a_lookup_finds_what_there_is(menu: str) -> None:
    found = service.look_up(LookUp(restaurant_id="r", item_ids=("b", "nothing", "a", "a")))
    assert sorted(item.item_id for item in found.items) == ["a", "b"]


def test_a_lookup_in_an_unknown_restaurant_is_refused(menu: str) -> None:
    with pytest.raises(UnknownRestaurant):
        service.look_up(LookUp(restaurant_id="nowhere", item_ids=("a",)))


def test_the_menu_of_an_unknown_restaurant_is_not_found(menu: str) -> None:
    with pytest.raises(NotFound):
        service.items("nowhere", 10, None)


def test_restaurants_are_listed_by_name_page_by_page(table: str) -> None:
    for name in ("Charlie", "Alpha", "Bravo"):
        store.put_restaurant(Restaurant(restaurant_id=name.lower(), name=name, cuisine="any"))
    first = service.restaurants(2, None)
    second = service.restaurants(2, first.cursor)
    assert [place.name for place in first.items + second.items] == ["Alpha", "Bravo", "Charlie"]
    assert second.cursor is None


def test_items_are_listed_page_by_page(menu: str) -> None:
    first = service.items("r", 2, None)
    second = service.items("r", 2, first.cursor)
    assert [item.item_id for item in first.items + second.items] == ["a", "b", "c"]
