"""The basket: one restaurant at a time, checked out once, at the price that was shown."""

from typing import Any

import pytest

from yafdp.basket import messages as m
from yafdp.basket import service, store
from yafdp.basket.model import Basket
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Conflict, InvalidMessage, Unavailable
from yafdp.kernel.invoke import Refused
from yafdp.kernel.messages import Address, Money

ADDRESS = Address(street="s", city="c", postal_code="1", country="DE")
CHECK_OUT = m.CheckOut(delivery_address=ADDRESS)


class Prices:
    """The pricing service: every portion costs `cents`, or it fails."""

    cents = 100
    failure: Exception | None = None

    def quote(self, basket: Basket) -> m.Quote:
        if self.failure:
            raise self.failure
        portions = sum(line.quantity for line in basket.lines)
        zero, total = Money(amount=0, currency="EUR"), Money(amount=portions * self.cents, currency="EUR")
        return m.Quote(items=(), subtotal=total, discount=zero, delivery_fee=zero, tax=zero, total=total, rules={})


@pytest.fixture
def prices(table: str, monkeypatch: pytest.MonkeyPatch) -> Prices:
    house = Prices()
    monkeypatch.setenv("BASKET_TABLE", table)
    monkeypatch.setattr(store, "quote", house.quote)
    return house


def put(item_id: str, quantity: int = 1, restaurant: str = "r", customer: str = "alice") -> m.BasketView:
    return service.put(customer, item_id, m.PutItem(restaurant_id=restaurant, quantity=quantity))


def checked_out() -> list[dict[str, Any]]:
    return [event.data for event in store.baskets().events("alice") if event.type == "BasketCheckedOut"]


def lines(view: m.BasketView) -> dict[str, int]:
    return {line.item_id: line.quantity for line in view.items}


def rejection(order_id: str, kind: str = "OrderRejected") -> Envelope:
    told = {
        "customerId": "alice",
        "restaurantId": "r",
        "status": "REJECTED",
        "code": "OutOfStock",
        "reason": "sold out",
    }
    return Envelope(id="e", type=kind, version=1, occurred_at="t", aggregate_id=order_id, correlation_id="s", data=told)


def test_what_is_put_in_is_there_next_time(prices: Prices) -> None:
    put("a", 2)
    put("b")
    put("a", 3)
    view = service.show("alice")
    assert (lines(view), view.restaurant_id) == ({"a": 3, "b": 1}, "r")
    assert view.quote is not None
    assert view.quote.total.amount == 400


def test_baskets_are_their_customers_own(prices: Prices) -> None:
    put("a")
    assert service.show("bob").items == ()


def test_what_is_taken_out_is_gone_and_the_last_one_frees_the_restaurant(prices: Prices) -> None:
    put("a")
    put("b")
    assert lines(service.remove("alice", "a")) == {"b": 1}
    assert service.remove("alice", "b").restaurant_id is None
    assert lines(put("c", restaurant="other")) == {"c": 1}


def test_a_cleared_basket_is_empty(prices: Prices) -> None:
    put("a")
    assert service.clear("alice").items == ()
    assert service.clear("alice").quote is None


def test_an_item_of_another_restaurant_is_refused_with_what_to_do(prices: Prices) -> None:
    put("a")
    with pytest.raises(m.OtherRestaurant, match="clear"):
        put("x", restaurant="other")
    assert lines(service.show("alice")) == {"a": 1}


def test_more_lines_than_a_reservation_holds_are_refused_with_the_limit(prices: Prices) -> None:
    whole = tuple(m.BasketLine(item_id=f"i{number}", quantity=1) for number in range(m.MAX_LINES))
    full = Basket(customer_id="alice", expires_at=2**40, restaurant_id="r", lines=whole)
    from yafdp.basket import model

    with pytest.raises(Conflict, match=str(m.MAX_LINES)):
        model.put(full, "one-more", m.PutItem(restaurant_id="r", quantity=1))


def test_a_basket_past_its_time_is_empty_but_orders_no_id_twice(
    prices: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a")
    first = service.check_out("alice", CHECK_OUT).order_id
    monkeypatch.setattr(store, "BASKET_SECONDS", -1)
    put("b")
    monkeypatch.undo()
    monkeypatch.setenv("BASKET_TABLE", "table")
    monkeypatch.setattr(store, "quote", prices.quote)
    assert service.show("alice").items == ()
    put("c")
    assert service.check_out("alice", m.CheckOut(delivery_address=ADDRESS, note="again")).order_id != first


def test_a_checkout_tells_what_is_wanted_at_the_total_that_was_shown_and_empties_the_basket(prices: Prices) -> None:
    put("a", 2)
    receipt = service.check_out("alice", CHECK_OUT)
    (event,) = checked_out()
    assert (event["orderId"], event["items"]) == (receipt.order_id, [{"itemId": "a", "quantity": 2}])
    assert event["total"] == {"amount": 200, "currency": "EUR"}
    assert service.show("alice").items == ()


def test_the_same_checkout_again_is_the_same_order(prices: Prices) -> None:
    put("a")
    assert len({service.check_out("alice", CHECK_OUT).order_id for _ in range(3)}) == 1
    assert len(checked_out()) == 1


def test_checkouts_at_once_are_one_order(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a")
    rivals: list[str] = []

    def quote_while_another_checks_out(basket: Basket) -> m.Quote:
        monkeypatch.setattr(store, "quote", prices.quote)
        rivals.append(service.check_out("alice", CHECK_OUT).order_id)
        return prices.quote(basket)

    monkeypatch.setattr(store, "quote", quote_while_another_checks_out)
    assert service.check_out("alice", CHECK_OUT).order_id == rivals[0]
    assert len(checked_out()) == 1


def test_the_next_basket_is_another_order(prices: Prices) -> None:
    put("a")
    first = service.check_out("alice", CHECK_OUT).order_id
    put("a")
    assert service.check_out("alice", CHECK_OUT).order_id != first


def test_an_empty_basket_cannot_be_checked_out(prices: Prices) -> None:
    with pytest.raises(m.EmptyBasket):
        service.check_out("alice", CHECK_OUT)


def test_another_checkout_of_an_empty_basket_is_refused(prices: Prices) -> None:
    put("a")
    service.check_out("alice", CHECK_OUT)
    with pytest.raises(m.EmptyBasket):
        service.check_out("alice", m.CheckOut(delivery_address=ADDRESS, payment_method="pm_other"))


def test_a_price_that_changed_since_the_basket_was_shown_is_said_not_charged(prices: Prices) -> None:
    put("a", 2)
    prices.cents = 150
    with pytest.raises(m.PriceChanged, match="300"):
        service.check_out("alice", CHECK_OUT)
    assert checked_out() == []
    service.show("alice")
    service.check_out("alice", CHECK_OUT)
    assert checked_out()[0]["total"]["amount"] == 300


def test_a_total_that_the_customer_names_must_be_the_houses(prices: Prices) -> None:
    put("a", 2)
    cheap = m.CheckOut(delivery_address=ADDRESS, expected_total=m.AgreedTotal(amount=1, currency="EUR"))
    with pytest.raises(m.PriceChanged):
        service.check_out("alice", cheap)
    agreed = m.CheckOut(delivery_address=ADDRESS, expected_total=m.AgreedTotal(amount=200, currency="EUR"))
    assert service.check_out("alice", agreed).status == "RECEIVED"


def test_a_basket_whose_price_was_never_shown_is_not_charged(prices: Prices) -> None:
    prices.failure = Unavailable("no answer")
    put("a")
    prices.failure = None
    with pytest.raises(m.PriceChanged):
        service.check_out("alice", CHECK_OUT)


def test_a_basket_is_shown_even_when_its_price_is_not_known(prices: Prices) -> None:
    put("a")
    prices.failure = Unavailable("no answer")
    view = service.show("alice")
    assert (lines(view), view.quote) == ({"a": 1}, None)
    assert view.issue is not None
    assert view.issue.code == "Unavailable"


def test_what_cannot_be_sold_is_said_in_the_basket_and_at_checkout(prices: Prices) -> None:
    put("a")
    prices.failure = Refused("UnknownItem", "a is not on the menu")
    view = service.show("alice")
    assert view.issue is not None
    assert view.issue.code == "UnknownItem"
    with pytest.raises(m.BasketUnsellable, match="not on the menu"):
        service.check_out("alice", CHECK_OUT)


def test_a_rejected_order_comes_back_into_the_empty_basket_once(prices: Prices) -> None:
    put("a", 2)
    order_id = service.check_out("alice", CHECK_OUT).order_id
    service.restore(rejection(order_id))
    service.restore(rejection(order_id))
    assert lines(service.show("alice")) == {"a": 2}
    assert [event.type for event in store.baskets().events("alice")].count("BasketRestored") == 1


def test_a_customer_who_has_moved_on_is_not_disturbed(prices: Prices) -> None:
    put("a")
    order_id = service.check_out("alice", CHECK_OUT).order_id
    put("b")
    service.restore(rejection(order_id))
    assert lines(service.show("alice")) == {"b": 1}


def test_another_orders_rejection_changes_nothing(prices: Prices) -> None:
    put("a")
    service.check_out("alice", CHECK_OUT)
    service.restore(rejection("another"))
    assert service.show("alice").items == ()


def test_a_message_of_another_kind_is_poison(prices: Prices) -> None:
    with pytest.raises(InvalidMessage):
        service.restore(rejection("o", "OrderConfirmed"))


def test_what_the_basket_leaves_in_its_table_expires_and_the_state_after_its_events(prices: Prices) -> None:
    import boto3

    put("a")
    items = boto3.client("dynamodb").scan(TableName="table")["Items"]
    times = {item["sk"]["S"]: int(item["expiresAt"]["N"]) for item in items}
    assert times["STATE"] > max(time for key, time in times.items() if key != "STATE")
