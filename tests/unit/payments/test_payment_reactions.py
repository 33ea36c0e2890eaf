"""Payments' part in a choreographed order, up to the last time that a silent gateway is asked."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from tests.unit.envelopes import DOCKET, event, failed
from tests.unit.payments import ledger
from yafdp.kernel import queue
from yafdp.kernel.docket import Docket
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.messages import Money
from yafdp.payments import reactions, sandbox, store
from yafdp.payments.messages import CaptureFailed, CardDeclined, GatewayTimeout, PaymentClosed
from yafdp.payments.model import PaymentStatus


class Silent(sandbox.Sandbox):
    """Takes the money, and does not say so."""

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> None:
        """As the sandbox."""
        super().authorise(order_id, amount, payment_method)
        raise GatewayTimeout("no answer")

    def capture(self, order_id: str) -> None:
        """As the sandbox."""
        super().capture(order_id)
        raise GatewayTimeout("no answer")


@pytest.fixture
def attempt(table: str) -> Iterator[Callable[[int], None]]:
    """Sets which delivery of a message it is."""
    tokens = [queue._attempt.set(1)]
    yield lambda number: tokens.append(queue._attempt.set(number))
    for token in reversed(tokens):
        queue._attempt.reset(token)


@pytest.fixture
def silent(attempt: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A gateway that never answers; sets which delivery of a message it is."""
    monkeypatch.setattr(store, "gateway", Silent)
    return attempt


def paid_with(method: str) -> Docket:
    return msgspec.structs.replace(DOCKET, payment_method=method)


def happened() -> list[Envelope]:
    return store.payments().events("o")


def test_the_orders_total_is_set_aside_once_its_stock_is_and_taken_once_a_courier_is_found(table: str) -> None:
    for _ in range(2):
        reactions.react(event("StockReserved"))
    assert ledger.charge() == "HELD"
    for _ in range(2):
        reactions.react(event("CourierAssigned"))
    assert ledger.charge() == "TAKEN"
    assert [one.type for one in happened()] == ["PaymentAuthorised", "PaymentCaptured"]
    assert happened()[0].data["amount"] == {"amount": DOCKET.total.amount, "currency": "EUR"}


def test_every_news_carries_the_docket_on(table: str) -> None:
    for kind in ("StockReserved", "CourierAssigned", "TicketRejected"):
        reactions.react(event(kind))
    assert [one.data["docket"]["restaurantId"] for one in happened()] == ["r"] * 3


@pytest.mark.parametrize("kind", ["TicketRejected", "TicketExpired", "TicketWithdrawn"])
def test_an_order_without_a_kitchen_pays_nothing(table: str, kind: str) -> None:
    reactions.react(event("StockReserved"))
    for _ in range(2):
        reactions.react(event(kind, failed("KitchenRejected")))
    assert ledger.charge() == "VOIDED"
    last = happened()[-1]
    assert (last.type, last.data["docket"]["failure"]["error"]) == ("PaymentVoided", "KitchenRejected")


def test_what_was_taken_comes_back_when_the_kitchen_is_out_of_it(table: str) -> None:
    for kind in ("StockReserved", "CourierAssigned", "TicketWithdrawn"):
        reactions.react(event(kind, failed("CancelledByCustomer")))
    assert (ledger.charge(), happened()[-1].type) == ("REFUNDED", "PaymentRefunded")


def test_a_declined_card_is_told_with_its_reason(table: str) -> None:
    declined = event("StockReserved", paid_with("pm_card_declined"))
    for _ in range(2):
        with pytest.raises(CardDeclined):
            reactions.react(declined)
    (told,) = happened()
    assert (told.type, told.data["docket"]["failure"]["error"]) == ("PaymentDeclined", "CardDeclined")


def test_a_refused_capture_is_told_with_its_reason(table: str) -> None:
    docket = paid_with("pm_capture_fails")
    reactions.react(event("StockReserved", docket))
    for _ in range(2):
        with pytest.raises(CaptureFailed):
            reactions.react(event("CourierAssigned", docket))
    told = happened()[-1]
    assert (told.type, told.data["docket"]["failure"]["error"]) == ("CaptureRefused", "CaptureFailed")


@pytest.mark.parametrize(
    ("kind", "event_type"), [("StockReserved", "PaymentUncertain"), ("CourierAssigned", "CaptureUncertain")]
)
def test_a_silent_gateway_is_asked_a_few_times_and_then_given_up(
    silent: Callable[[int], None], kind: str, event_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "CourierAssigned":
        with monkeypatch.context() as talking:
            talking.setattr(store, "gateway", sandbox.Sandbox)
            reactions.react(event("StockReserved"))
    before = len(happened())
    for number in range(1, reactions.ATTEMPTS):
        silent(number)
        with pytest.raises(GatewayTimeout):
            reactions.react(event(kind))
        assert len(happened()) == before
    silent(reactions.ATTEMPTS)
    reactions.react(event(kind))
    told = happened()[-1]
    assert told.type == event_type
    assert told.data["docket"]["failure"] == {"error": "GatewayTimeout", "detail": "no answer"}
    payment = store.payments().load("o").state
    assert payment is not None
    assert payment.status is PaymentStatus.UNCERTAIN


def test_what_a_silent_gateway_may_have_charged_is_given_back(silent: Callable[[int], None]) -> None:
    silent(reactions.ATTEMPTS)
    reactions.react(event("StockReserved"))
    assert ledger.charge() == "HELD"
    reactions.react(event("PaymentUncertain", failed("GatewayTimeout")))
    assert ledger.charge() == "VOIDED"


def test_after_giving_up_a_late_repeat_charges_nothing(silent: Callable[[int], None]) -> None:
    silent(reactions.ATTEMPTS)
    reactions.react(event("StockReserved"))
    with pytest.raises(PaymentClosed):
        reactions.react(event("StockReserved"))
    assert len(happened()) == 1


def test_a_gateway_that_answers_at_the_last_attempt_is_believed(attempt: Callable[[int], None]) -> None:
    attempt(reactions.ATTEMPTS)
    reactions.react(event("StockReserved"))
    assert [one.type for one in happened()] == ["PaymentAuthorised"]


def test_giving_back_is_never_given_up(silent: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def mute(*_: object) -> None:
        raise GatewayTimeout("no answer")

    monkeypatch.setattr(Silent, "give_back", mute)
    silent(100)
    with pytest.raises(GatewayTimeout):
        reactions.react(event("TicketRejected", failed("KitchenRejected")))
    assert happened() == []


def test_an_event_without_a_docket_or_without_a_meaning_is_poison(table: str) -> None:
    with pytest.raises(InvalidMessage):
        reactions.react(event("StockReserved", None))
    with pytest.raises(InvalidMessage, match="OrderPriced"):
        reactions.react(event("OrderPriced"))
    assert happened() == []
