"""Stock: all lines of an order or none, once, and safe before its reservation."""

import itertools

import boto3
import pytest

from tests.unit.catalog.menus import an_item, put, recount
from yafdp.catalog import stock_store, store
from yafdp.catalog.messages import OutOfStock, ReleaseStock, ReservationReleased, ReservedLine, ReserveStock
from yafdp.catalog.stock import change_stock

PORTIONS = 10
# What an order may have at its door (ordering's MAX_LINES).
MAX_LINES = 97
RELEASE = ReleaseStock(order_id="o", restaurant_id="r")


@pytest.fixture
def menu(table: str) -> str:
    """A restaurant with three items of ten portions each."""
    put("r", *(an_item(item_id, stock=PORTIONS) for item_id in ("a", "b", "c")))
    return "r"


def reserve(of: str = "o", /, **quantities: int) -> ReserveStock:
    lines = tuple(ReservedLine(item_id=item_id, quantity=number) for item_id, number in quantities.items())
    return ReserveStock(order_id=of, restaurant_id="r", items=lines)


def stock() -> dict[str, int]:
    items, _ = store.items("r", 100, None)
    return {item.item_id: item.stock for item in items}


def test_a_reservation_takes_every_line_once(menu: str) -> None:
    for _ in range(3):
        change_stock(reserve(a=1, b=2))
    assert stock() == {"a": 9, "b": 8, "c": 10}


def test_of_two_attempts_the_one_that_finds_it_sold_out_does_not_deny_what_the_other_holds(
    menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_stock(reserve("another", a=PORTIONS))
    refused = stock_store.reserve

    def interrupted(order_id: str, decide: stock_store.Decision) -> None:
        """Sold out; and before that is remembered there are portions again, and the order's other attempt gets one."""
        monkeypatch.setattr(stock_store, "reserve", refused)
        try:
            refused(order_id, decide)
        finally:
            change_stock(ReleaseStock(order_id="another", restaurant_id="r"))
            change_stock(reserve(a=1))

    monkeypatch.setattr(stock_store, "reserve", interrupted)
    change_stock(reserve(a=1))
    assert stock()["a"] == PORTIONS - 1


@pytest.mark.parametrize("missing", ["a", "b", "c"])
def test_when_one_line_cannot_be_filled_none_is_taken(menu: str, missing: str) -> None:
    quantities = {"a": 1, "b": 1, "c": 1} | {missing: PORTIONS + 1}
    for _ in range(2):
        with pytest.raises(OutOfStock):
            change_stock(reserve(**quantities))
    assert stock() == {"a": 10, "b": 10, "c": 10}


def test_an_item_that_is_not_on_the_menu_cannot_be_reserved(menu: str) -> None:
    with pytest.raises(OutOfStock):
        change_stock(reserve(a=1, nothing=1))
    assert stock()["a"] == PORTIONS


def test_a_refusal_stays_a_refusal_when_stock_comes_back(menu: str) -> None:
    with pytest.raises(OutOfStock):
        change_stock(reserve(a=PORTIONS + 1))
    recount("r", "a", +90)
    with pytest.raises(OutOfStock):
        change_stock(reserve(a=PORTIONS + 1))
    assert stock()["a"] == 100


def test_the_last_portion_is_sold_once(menu: str) -> None:
    change_stock(reserve("first", a=PORTIONS))
    with pytest.raises(OutOfStock):
        change_stock(reserve("second", a=1))
    assert stock()["a"] == 0


def test_a_release_gives_every_line_back_once(menu: str) -> None:
    change_stock(reserve(a=1, b=2))
    for _ in range(3):
        change_stock(RELEASE)
    assert stock() == {"a": 10, "b": 10, "c": 10}


def test_a_release_before_its_reservation_makes_the_reservation_refuse(menu: str) -> None:
    change_stock(RELEASE)
    with pytest.raises(ReservationReleased):
        change_stock(reserve(a=1))
    assert stock()["a"] == PORTIONS


@pytest.mark.parametrize("commands", list(itertools.permutations([reserve(a=3), RELEASE, reserve(a=3)])))
def test_after_a_release_nothing_stays_reserved_in_whatever_order_commands_came(
    menu: str, commands: tuple[ReserveStock | ReleaseStock, ...]
) -> None:
    for command in commands:
        try:
            change_stock(command)
        except ReservationReleased:
            continue
    assert stock()["a"] == PORTIONS


def test_a_reservation_and_its_stock_are_one_write(menu: str) -> None:
    """A crash cannot fall between them: there is a reservation exactly when its portions are gone."""
    boto3.client("dynamodb").delete_item(TableName="table", Key={"pk": {"S": "RESTAURANT#r"}, "sk": {"S": "ITEM#c"}})
    with pytest.raises(OutOfStock):
        change_stock(reserve(a=1, b=1, c=1))
    reservation = stock_store.reservations().load("o").state
    assert reservation is not None
    assert (reservation.status, reservation.items) == ("REFUSED", ())


def test_what_was_reserved_of_a_deleted_item_is_released_with_the_rest(menu: str) -> None:
    change_stock(reserve(a=1, b=2, c=3))
    for item_id in ("a", "c"):
        store.delete_item("r", item_id, "first")
    for _ in range(2):
        change_stock(RELEASE)
    assert stock() == {"b": PORTIONS}
    reservation = stock_store.reservations().load("o").state
    assert reservation is not None
    assert reservation.status == "RELEASED"


def test_a_deleted_item_does_not_come_back_by_a_release(menu: str) -> None:
    change_stock(reserve(a=1))
    store.delete_item("r", "a", "first")
    change_stock(RELEASE)
    assert store.item("r", "a") is None


def test_what_was_reserved_in_a_deleted_restaurant_is_released(menu: str) -> None:
    change_stock(reserve(a=1))
    store.delete_restaurant("r", "first", "2026-01-01T00:00:00.000Z")
    change_stock(RELEASE)
    assert stock()["a"] == PORTIONS


def test_an_order_of_the_most_lines_is_one_transaction(table: str) -> None:
    names = [f"i{number}" for number in range(MAX_LINES)]
    put("r", *(an_item(name, stock=1) for name in names))
    change_stock(reserve(**dict.fromkeys(names, 1)))
    assert set(stock().values()) == {0}
    change_stock(RELEASE)
    assert set(stock().values()) == {1}
