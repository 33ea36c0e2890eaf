"""The price rules: whole minor units, by the menu alone."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yafdp.kernel.invoke import Refused
from yafdp.kernel.messages import Money
from yafdp.pricing import model, store
from yafdp.pricing.messages import (
    ItemUnavailable,
    Menu,
    MenuItem,
    Quote,
    RestaurantClosed,
    UnknownItem,
    UnknownRestaurant,
    WantedLine,
)


def menu(**cents: int) -> Menu:
    items = tuple(
        MenuItem(item_id=item_id, name=item_id, price=Money(amount=price, currency="EUR"))
        for item_id, price in cents.items()
    )
    return Menu(restaurant_id="r", automatic_acceptance=True, items=items)


def wanted(**quantities: int) -> Quote:
    lines = tuple(WantedLine(item_id=item_id, quantity=number) for item_id, number in quantities.items())
    return Quote(restaurant_id="r", items=lines)


def test_a_small_order_pays_the_delivery_fee() -> None:
    quoted = model.quote(wanted(a=2, b=1), menu(a=950, b=590))
    assert (quoted.subtotal.amount, quoted.delivery_fee.amount, quoted.total.amount) == (2490, 299, 2789)


@pytest.mark.parametrize(("price", "fee"), [(2999, 299), (3000, 0), (3001, 0)])
def test_delivery_is_free_from_thirty_euros(price: int, fee: int) -> None:
    assert model.quote(wanted(a=1), menu(a=price)).delivery_fee.amount == fee


def test_an_item_that_is_not_on_the_menu_is_refused() -> None:
    with pytest.raises(UnknownItem):
        model.quote(wanted(a=1, b=1), menu(a=100))


def test_an_item_that_is_not_available_now_is_refused() -> None:
    tired = MenuItem(item_id="b", name="b", price=Money(amount=100, currency="EUR"), available=False)
    on_menu = msgspec.structs.replace(menu(a=100), items=(*menu(a=100).items, tired))
    with pytest.raises(ItemUnavailable):
        model.quote(wanted(a=1, b=1), on_menu)
    assert model.quote(wanted(a=1), on_menu).subtotal.amount == 100


@pytest.mark.parametrize(
    ("refusal", "raised"), [("RestaurantClosed", RestaurantClosed), ("UnknownRestaurant", UnknownRestaurant)]
)
def test_the_catalogs_refusal_is_passed_on_by_its_name(
    monkeypatch: pytest.MonkeyPatch, refusal: str, raised: type[Exception]
) -> None:
    def refuse(*_: object) -> None:
        raise Refused(refusal, "no")

    monkeypatch.setenv("CATALOG_LOOKUP_FUNCTION", "lookup")
    monkeypatch.setattr(store, "invoke", refuse)
    with pytest.raises(raised):
        store.menu(wanted(a=1))


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(1, 99), st.integers(0, 10**6)), min_size=1))
def test_the_total_is_exactly_the_lines_and_the_fee(lines: dict[str, tuple[int, int]]) -> None:
    quoted = model.quote(
        wanted(**{name: number for name, (number, _) in lines.items()}),
        menu(**{name: price for name, (_, price) in lines.items()}),
    )
    exact = sum(number * price for number, price in lines.values())
    assert quoted.subtotal.amount == exact
    assert quoted.total.amount == exact - quoted.discount.amount + quoted.delivery_fee.amount


@pytest.mark.parametrize(("price", "discount"), [(9_999, 0), (10_000, 500), (10_010, 501), (10_009, 500)])
def test_a_large_order_gets_its_discount_rounded_half_up(price: int, discount: int) -> None:
    quoted = model.quote(wanted(a=1), menu(a=price))
    assert (quoted.discount.amount, quoted.total.amount) == (discount, price - discount)


@pytest.mark.parametrize(("price", "tax"), [(3_210, 210), (3_000, 196), (10_700, 665)])
def test_the_tax_is_a_part_of_the_total_not_an_addition(price: int, tax: int) -> None:
    quoted = model.quote(wanted(a=1), menu(a=price))
    assert quoted.tax.amount == tax
    assert quoted.total.amount == quoted.subtotal.amount - quoted.discount.amount + quoted.delivery_fee.amount


def test_a_quote_names_the_rules_it_was_made_by() -> None:
    assert set(model.quote(wanted(a=1), menu(a=1)).rules) == {"delivery", "discount", "tax"}
