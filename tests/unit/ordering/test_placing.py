"""Orders as customers place them: one for each customer and key, in line once it is written down."""

import pytest

from yafdp.kernel.errors import KeyReused
from yafdp.kernel.messages import Address
from yafdp.ordering import store
from yafdp.ordering.messages import OrderedItem, PlaceOrder
from yafdp.ordering.service import ordering

ADDRESS = Address(street="s", city="c", postal_code="1", country="DE")
WANTED = PlaceOrder(restaurant_id="r", items=(OrderedItem(item_id="pizza", quantity=1),), delivery_address=ADDRESS)


@pytest.fixture(autouse=True)
def line(table: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The orders that were put in line."""
    sent: list[str] = []
    monkeypatch.setattr(store, "enqueue", lambda message: sent.append(message.aggregate_id))
    return sent


def test_two_customers_who_order_the_same_under_one_key_have_an_order_each() -> None:
    mine, theirs = (ordering().place(WANTED, customer, "a-key") for customer in ("alice", "bob"))
    assert mine.order_id != theirs.order_id


def test_a_customer_who_orders_the_same_twice_has_two_orders_and_with_a_key_one(line: list[str]) -> None:
    without = {ordering().place(WANTED, "alice", None).order_id for _ in range(2)}
    keyed = {ordering().place(WANTED, "alice", "a-key").order_id for _ in range(2)}
    assert (len(without), len(keyed)) == (2, 1)
    # Sent again: the first attempt may have died before the order was in line.
    assert line == [*(one for one in line[:2]), *keyed, *keyed]
    assert set(line[:2]) == without


def test_a_key_that_was_used_for_another_order_is_refused() -> None:
    ordering().place(WANTED, "alice", "a-key")
    other = PlaceOrder(restaurant_id="r", items=(OrderedItem(item_id="pizza", quantity=2),), delivery_address=ADDRESS)
    with pytest.raises(KeyReused):
        ordering().place(other, "alice", "a-key")


def test_an_order_is_counted_once_however_often_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("yafdp.ordering.service.count", counted.append)
    for _ in range(3):
        ordering().place(WANTED, "alice", "a-key")
    assert counted == ["OrdersReceived"]
