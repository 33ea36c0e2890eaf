"""Derived ids and cursors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yafdp.kernel.dynamo import to_item
from yafdp.kernel.errors import InvalidRequest
from yafdp.kernel.ids import derived_id, safe_or_random
from yafdp.kernel.paging import cursor_from, cursor_to


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_different_parts_never_share_an_id(one: list[str], other: list[str]) -> None:
    assert (derived_id(*one) == derived_id(*other)) == (one == other)


def test_two_customers_with_one_key_have_two_orders() -> None:
    assert derived_id("order", "alice", "key") != derived_id("order", "bob", "key")


@pytest.mark.parametrize("unsafe", ["", None, "a b", "a\nb", "x" * 129, "ü"])
def test_an_unsafe_id_is_replaced(unsafe: str | None) -> None:
    assert safe_or_random(unsafe) != unsafe


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_cursor_leads_back_to_its_key(customer: str, created: str) -> None:
    key = to_item({"customerId": customer, "createdAt": created})
    assert cursor_from(cursor_to(key), {"customerId": customer}) == key


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_an_invalid_request(text: str) -> None:
    with pytest.raises(InvalidRequest):
        cursor_from(text, {"customerId": "alice"})


def test_anothers_cursor_is_an_invalid_request() -> None:
    with pytest.raises(InvalidRequest):
        cursor_from(cursor_to(to_item({"customerId": "bob"})), {"customerId": "alice"})
