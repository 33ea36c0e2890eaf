"""The catalog's part in a choreographed order: portions set aside once, and back once."""

import pytest

from tests.unit.catalog.menus import an_item, put
from tests.unit.envelopes import event, failed
from yafdp.catalog import reactions, stock_store, store
from yafdp.catalog.messages import OutOfStock, ReservationReleased
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage

# The docket asks for two.
PORTIONS = 3


@pytest.fixture(autouse=True)
def _menu(table: str) -> None:
    put("r", an_item("pizza", stock=PORTIONS))


def left() -> int:
    items, _ = store.items("r", 10, None)
    return items[0].stock


def happened() -> list[Envelope]:
    return stock_store.reservations().events("o")


def test_a_priced_order_is_set_aside_once_and_the_docket_goes_on() -> None:
    for _ in range(3):
        reactions.react(event("OrderPriced"))
    (told,) = happened()
    assert (left(), told.type, told.data["docket"]["customerId"]) == (PORTIONS - 2, "StockReserved", "alice")


@pytest.mark.parametrize("kind", ["PaymentDeclined", "PaymentVoided", "PaymentRefunded"])
def test_an_order_that_will_not_be_paid_gives_its_portions_back_once_and_says_why(kind: str) -> None:
    reactions.react(event("OrderPriced"))
    for _ in range(3):
        reactions.react(event(kind, failed("CardDeclined")))
    assert (left(), [one.type for one in happened()]) == (PORTIONS, ["StockReserved", "StockReleased"])
    assert happened()[-1].data["docket"]["failure"]["error"] == "CardDeclined"


def test_what_is_sold_out_is_refused_with_its_reason_and_every_time() -> None:
    stock_store.change("r", "pizza", -2, None)
    for _ in range(2):
        with pytest.raises(OutOfStock):
            reactions.react(event("OrderPriced"))
    (told,) = happened()
    assert (left(), told.type, told.data["docket"]["failure"]["error"]) == (1, "StockRefused", "OutOfStock")


def test_the_undoing_goes_on_past_a_refused_reservation() -> None:
    stock_store.change("r", "pizza", -2, None)
    with pytest.raises(OutOfStock):
        reactions.react(event("OrderPriced"))
    reactions.react(event("PaymentVoided", failed("CancelledByCustomer")))
    assert (left(), happened()[-1].type) == (1, "StockReleased")


def test_an_order_that_was_undone_before_it_was_set_aside_takes_nothing() -> None:
    reactions.react(event("PaymentVoided", failed("CancelledByCustomer")))
    with pytest.raises(ReservationReleased):
        reactions.react(event("OrderPriced"))
    assert (left(), [one.type for one in happened()]) == (PORTIONS, ["StockReleased"])


def test_events_of_another_kind_or_without_a_docket_are_poison() -> None:
    for told in (event("PaymentCaptured"), event("OrderPriced", None)):
        with pytest.raises(InvalidMessage):
            reactions.react(told)
    assert (left(), happened()) == (PORTIONS, [])
