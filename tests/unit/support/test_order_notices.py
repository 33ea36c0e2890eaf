"""Support hears of orders that a person should look at, graded, with what a person needs to act."""

from typing import Any

import pytest

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.messages import Money
from yafdp.ordering.endings import REASONS
from yafdp.support import model, service, store
from yafdp.support.messages import Notice, OrderEvent

HIGH = 10_000
CHEAP, DEAR = Money(amount=HIGH - 1, currency="EUR"), Money(amount=HIGH, currency="EUR")


def event(kind: str, **data: Any) -> Envelope:
    told = {"status": "ENDED", "customerId": "alice", "restaurantId": "r"} | data
    return Envelope(
        id="e", type=kind, version=1, occurred_at="t", aggregate_id="o-1", sequence=4, correlation_id="story", data=told
    )


def notice(kind: str, code: str | None = None, total: Money | None = None) -> Notice | None:
    order = OrderEvent(status="ENDED", customer_id="alice", restaurant_id="r", code=code, reason="Sorry.", total=total)
    return model.order_notice(event(kind), order, HIGH)


@pytest.mark.parametrize(
    ("kind", "code", "total", "severity"),
    [
        ("OrderNeedsAttention", "Lambda.Unknown", None, "critical"),
        ("OrderNeedsAttention", "CardDeclined", CHEAP, "critical"),
        ("OrderStalled", None, None, "warning"),
        ("OrderRejected", "CardDeclined", None, "info"),
        ("OrderRejected", "CardDeclined", DEAR, "warning"),
        ("OrderRejected", "KitchenSilent", None, "warning"),
        ("OrderRejected", "Lambda.Unknown", None, "warning"),
        ("OrderCancelled", "CancelledByCustomer", CHEAP, "info"),
        ("OrderCancelled", None, DEAR, "warning"),
        ("OrderConfirmed", None, DEAR, "info"),
    ],
)
def test_a_notice_is_as_severe_as_what_happened(
    kind: str, code: str | None, total: Money | None, severity: str
) -> None:
    told = notice(kind, code, total)
    assert told
    assert told.attributes["severity"] == severity


@pytest.mark.parametrize("kind", ["OrderReceived", "OrderPriced", "OrderDelivered", "OrderOfTomorrow"])
def test_nobody_is_told_of_an_order_that_goes_its_way(kind: str) -> None:
    assert notice(kind, total=DEAR) is None


def test_an_order_that_goes_well_is_told_only_from_the_threshold_on() -> None:
    assert notice("OrderConfirmed", total=CHEAP) is None
    assert notice("OrderConfirmed", total=None) is None
    assert notice("OrderConfirmed", total=DEAR)


def test_the_attributes_are_there_to_filter_by() -> None:
    told = notice("OrderRejected", "KitchenSilent", DEAR)
    assert told
    assert told.attributes == {
        "severity": "warning",
        "reason": "KitchenSilent",
        "restaurant": "r",
        "value": HIGH,
        "eventId": "e",
    }


def test_a_total_that_is_not_known_is_not_told_as_nothing() -> None:
    told = notice("OrderNeedsAttention", "States.Timeout")
    assert told
    assert "value" not in told.attributes
    assert "Total" not in told.text


def test_the_text_says_what_a_person_needs_to_act() -> None:
    told = notice("OrderNeedsAttention", "Lambda.Unknown", DEAR)
    assert told
    for fact in ("o-1", "alice", "Lambda.Unknown", "critical", "100.00 EUR", "Sorry.", "story", "could be given back"):
        assert fact in told.text
    assert "make resume ORDER=o-1" in told.text


def test_the_text_names_what_could_not_be_given_back_and_why() -> None:
    attention = event("OrderNeedsAttention", code="CaptureFailed", left=["payment", "stock"], detail="timed out")
    told = model.order_notice(attention, contents(attention, OrderEvent), HIGH)
    assert told
    assert "Not undone: payment, stock\nLast failure: timed out\n" in told.text


def test_the_text_says_since_when_an_order_stands_still_and_what_is_done() -> None:
    stalled = event("OrderStalled", since="2026-11-21T12:00:00.000Z", measure="failed")
    told = model.order_notice(stalled, contents(stalled, OrderEvent), HIGH)
    assert told
    assert "Stands still since: 2026-11-21T12:00:00.000Z\nMeasure taken: failed\n" in told.text


@pytest.mark.parametrize(
    ("measure", "says"),
    [("continue", "Nothing has been undone"), ("report", "Nothing has been undone"), ("undo", "is being given back")],
)
def test_the_text_says_whether_an_order_that_stands_still_is_undone(measure: str, says: str) -> None:
    stalled = event("OrderStalled", measure=measure)
    told = model.order_notice(stalled, contents(stalled, OrderEvent), HIGH)
    assert told
    assert f"Undone: {says}" in told.text.replace("Whatever has been set aside (stock, money, courier) ", "")


def test_every_ending_that_is_expected_is_one_that_ordering_knows() -> None:
    assert REASONS.keys() >= model.EXPECTED


def test_only_what_can_be_resumed_is_to_be_resumed() -> None:
    told = notice("OrderRejected", "CardDeclined")
    assert told
    assert "resume" not in told.text
    assert "make trace ID=o-1" in told.text


class Topic:
    """A topic that keeps what it is given."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, **message: Any) -> None:
        self.published.append(message)


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    opened = Topic()
    monkeypatch.setenv("SUPPORT_TOPIC_ARN", "arn")
    monkeypatch.setenv("HIGH_VALUE", str(HIGH))
    monkeypatch.setattr(store, "client", lambda _: opened)
    return opened


def test_an_order_s_event_reaches_the_topic_with_typed_attributes(topic: Topic) -> None:
    service.tell_of_order(event("OrderConfirmed", total={"amount": HIGH, "currency": "EUR"}))
    (message,) = topic.published
    assert message["MessageAttributes"]["value"] == {"DataType": "Number", "StringValue": str(HIGH)}
    assert message["MessageAttributes"]["severity"] == {"DataType": "String", "StringValue": "info"}


def test_what_is_not_worth_telling_is_not_published(topic: Topic) -> None:
    service.tell_of_order(event("OrderConfirmed", total={"amount": HIGH - 1, "currency": "EUR"}))
    assert topic.published == []


def test_a_subject_is_what_sns_takes(topic: Topic) -> None:
    service.tell_of_order(event("OrderRejected", code="Größe" + "x" * 200, reason="…"))
    (message,) = topic.published
    assert message["Subject"].isascii()
    assert len(message["Subject"]) == 100


def test_an_event_that_names_no_customer_is_poison(topic: Topic) -> None:
    with pytest.raises(InvalidMessage):
        service.tell_of_order(event("OrderRejected", customerId=None))
