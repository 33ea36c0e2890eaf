"""What participants tell moves an order: in whatever order it comes, and only forward."""

import itertools

import msgspec
import pytest

from tests.unit.envelopes import DOCKET, event, failed
from tests.unit.ordering.making import choreographed, current, order, recorded, story
from yafdp.kernel.docket import Failure
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Conflict, InvalidMessage
from yafdp.ordering import endings, progress, store
from yafdp.ordering.messages import FlagOrder, OrderBeyondRecall, OrderClosing, Status
from yafdp.ordering.service import ordering

FOUND = msgspec.structs.replace(DOCKET, courier_id="ada")
NEWS = {
    "StockReserved": Status.RESERVED,
    "PaymentAuthorised": Status.AUTHORISED,
    "TicketAccepted": Status.ACCEPTED,
    "CourierAssigned": Status.ASSIGNED,
    "PaymentCaptured": Status.CONFIRMED,
}
HAPPENED = ["OrderReserved", "OrderAuthorised", "OrderAccepted", "OrderAssigned", "OrderConfirmed"]


def told(kind: str) -> Envelope:
    """Good news."""
    return event(kind, FOUND if kind in {"CourierAssigned", "PaymentCaptured"} else DOCKET)


def test_each_participants_news_moves_the_order_a_step(table: str) -> None:
    recorded(choreographed(Status.PRICED))
    for kind, status in NEWS.items():
        progress.react(told(kind))
        assert current().status is status
    assert story() == HAPPENED


@pytest.mark.parametrize("kinds", list(itertools.permutations(["StockReserved", "TicketAccepted", "PaymentCaptured"])))
def test_news_in_whatever_order_leads_over_every_step_once(table: str, kinds: tuple[str, ...]) -> None:
    recorded(choreographed(Status.PRICED))
    for kind in (*kinds, *kinds):
        progress.react(told(kind))
    assert (current().status, story()) == (Status.CONFIRMED, HAPPENED)


def test_who_brings_it_is_known_even_if_the_last_news_comes_first(table: str) -> None:
    recorded(choreographed(Status.PRICED))
    progress.react(told("PaymentCaptured"))
    assert current().courier_id == "ada"
    assigned = next(one for one in store.orders().events("o") if one.type == "OrderAssigned")
    assert assigned.data["courierId"] == "ada"


def test_news_that_is_old_changes_nothing(table: str) -> None:
    recorded(choreographed(Status.CONFIRMED, courier_id="ada"))
    for kind in NEWS:
        progress.react(told(kind))
    assert (current().status, story()) == (Status.CONFIRMED, [])


@pytest.mark.parametrize("make", [order, choreographed])
def test_kitchens_and_couriers_move_every_order_however_it_is_coordinated(table: str, make: type) -> None:
    recorded(make(Status.CONFIRMED))
    for kind, status in (
        ("TicketReady", Status.READY),
        ("DeliveryPickedUp", Status.PICKED_UP),
        ("DeliveryCompleted", Status.DELIVERED),
    ):
        progress.react(event(kind, None))
        assert current().status is status


@pytest.mark.parametrize("kind", [*NEWS, "TicketReady"])
def test_good_news_of_an_order_that_is_being_undone_comes_too_late(table: str, kind: str) -> None:
    recorded(choreographed(Status.PRICED, closing=Failure(error=endings.BY_CUSTOMER)))
    with pytest.raises(OrderClosing):
        progress.react(told(kind))
    assert story() == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("PaymentDeclined", "CardDeclined"),
        ("PaymentUncertain", "GatewayTimeout"),
        ("TicketRejected", "KitchenRejected"),
        ("TicketExpired", "KitchenSilent"),
        ("CourierMissing", "NoCourier"),
        ("CaptureRefused", "CaptureFailed"),
        ("CaptureUncertain", "GatewayTimeout"),
    ],
)
def test_bad_news_stops_the_order_and_the_last_undone_part_ends_it(table: str, kind: str, error: str) -> None:
    recorded(choreographed(Status.RESERVED))
    for _ in range(2):
        progress.react(event(kind, failed(error, "for a reason")))
        assert (current().status, current().closing) == (Status.RESERVED, Failure(error=error, detail="for a reason"))
    for _ in range(2):
        progress.react(event("StockReleased", failed(error)))
    assert current().status is Status.REJECTED
    assert story() == ["OrderFailing", "OrderRejected"]


def test_an_order_whose_stock_was_refused_ends_at_once(table: str) -> None:
    recorded(choreographed(Status.PRICED))
    progress.react(event("StockRefused", failed("OutOfStock")))
    assert (current().status, current().reason) == (Status.REJECTED, "An item of your order is sold out.")


def test_the_news_that_everything_is_undone_ends_an_order_whose_bad_news_was_overtaken(table: str) -> None:
    recorded(choreographed(Status.RESERVED))
    progress.react(event("StockReleased", failed("CardDeclined")))
    progress.react(event("PaymentDeclined", failed("CardDeclined")))
    assert (current().status, story()) == (Status.REJECTED, ["OrderRejected"])


def test_what_was_called_off_ends_as_called_off_whatever_else_went_wrong(table: str) -> None:
    recorded(choreographed(Status.RESERVED, closing=Failure(error=endings.BY_CUSTOMER)))
    progress.react(event("StockReleased", failed("CardDeclined")))
    assert current().status is Status.CANCELLED


def test_bad_news_that_does_not_say_what_happened_is_poison(table: str) -> None:
    recorded(choreographed(Status.RESERVED))
    for kind in ("PaymentDeclined", "StockReleased"):
        with pytest.raises(InvalidMessage, match=kind):
            progress.react(event(kind))
    assert story() == []


@pytest.mark.parametrize("kind", ["CaptureRefused", "StockReleased"])
def test_bad_news_of_food_that_is_made_is_refused(table: str, kind: str) -> None:
    recorded(choreographed(Status.READY))
    with pytest.raises(OrderBeyondRecall):
        progress.react(event(kind, failed("CaptureFailed")))
    assert current().status is Status.READY


@pytest.mark.parametrize("make", [order, choreographed])
def test_a_recalled_yes_cancels_the_order_however_it_is_coordinated(table: str, make: type) -> None:
    recorded(make(Status.CONFIRMED))
    for _ in range(2):
        progress.react(event("TicketRecalled", None, reason="the oven broke"))
    assert current().closing == Failure(error=endings.BY_KITCHEN, detail="the oven broke")
    assert story() == ["OrderCancellationRequested"]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.NEEDS_ATTENTION])
def test_a_recall_that_is_told_when_the_order_is_over_is_no_poison(table: str, status: Status) -> None:
    recorded(choreographed(status, closing=Failure(error="NoCourier")))
    progress.react(event("TicketRecalled", reason="the oven broke"))
    assert (current().status, story()) == (status, [])


@pytest.mark.parametrize("make", [order, choreographed])
def test_food_that_is_under_way_arrives_although_the_order_is_being_called_off(table: str, make: type) -> None:
    recorded(make(Status.CONFIRMED, closing=Failure(error=endings.BY_CUSTOMER)))
    for kind, status in (("DeliveryPickedUp", Status.PICKED_UP), ("DeliveryCompleted", Status.DELIVERED)):
        for _ in range(2):
            progress.react(event(kind, None))
        assert (current().status, current().closing) == (status, None)
    assert story() == ["OrderReinstated", "OrderPickedUp", "OrderDelivered"]


def test_an_ending_is_counted_once_and_by_its_name(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("yafdp.ordering.service.count", counted.append)
    recorded(choreographed(Status.PRICED))
    for _ in range(3):
        progress.react(event("StockRefused", failed("OutOfStock")))
    assert counted == ["OrdersRejected"]


def test_what_was_called_off_is_not_counted_as_rejected(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("yafdp.ordering.service.count", counted.append)
    recorded(choreographed(Status.RESERVED, closing=Failure(error=endings.BY_CUSTOMER)))
    progress.react(event("StockReleased", failed("CardDeclined")))
    assert (current().status, counted) == (Status.CANCELLED, [])


def test_who_needs_attention_is_counted_once(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("yafdp.ordering.service.count", counted.append)
    recorded(order(Status.RESERVED, closing=Failure(error="CardDeclined")))
    for _ in range(3):
        ordering().perform(FlagOrder(order_id="o", error="CardDeclined", left=("stock",)))
    assert counted == ["OrdersNeedingAttention"]


def test_news_that_means_nothing_to_an_order_is_poison(table: str) -> None:
    recorded(choreographed(Status.PRICED))
    with pytest.raises(InvalidMessage):
        progress.react(event("TicketOpened"))


def test_news_of_an_order_that_does_not_exist_is_an_error(table: str) -> None:
    with pytest.raises(Conflict):
        progress.react(told("StockReserved"))
