"""When the gateway keeps silent, a payment is uncertain: nobody asks again, and all that may be held is given back."""

from collections.abc import Callable

import msgspec
import pytest

from tests.unit.envelopes import DOCKET, PRICE
from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.payments import model
from yafdp.payments.messages import (
    Authorise,
    Capture,
    CaptureFailed,
    CaptureUncertain,
    CardDeclined,
    GiveBack,
    PaymentClosed,
    PaymentRefunded,
    PaymentUncertain,
    PaymentVoided,
)
from yafdp.payments.model import Payment, PaymentStatus, Returned

AUTHORISE = Authorise(order_id="o", customer_id="alice", amount=PRICE, payment_method="pm_card_ok", docket=DOCKET)
CAPTURE = Capture(order_id="o", docket=DOCKET)
EVERY = list(PaymentStatus)
NOTHING_HELD = (PaymentStatus.VOIDED, PaymentStatus.REFUNDED, PaymentStatus.DECLINED)


def payment(status: PaymentStatus) -> Payment:
    return Payment(order_id="o", status=status, amount=PRICE, payment_method="pm_card_ok", reason="a reason")


def stated[S](change: Transition[S] | None) -> S:
    assert change is not None
    return change.state


def test_a_charge_that_nobody_knows_of_is_uncertain_and_says_why() -> None:
    change = model.uncertain(None, AUTHORISE, "no answer")
    assert change is not None
    assert isinstance(change.event, PaymentUncertain)
    assert (change.state.status, change.state.amount) == (PaymentStatus.UNCERTAIN, PRICE)
    assert change.event.docket is not None
    assert change.event.docket.failure is not None
    assert (change.event.docket.failure.error, change.event.reason) == ("GatewayTimeout", "no answer")


@pytest.mark.parametrize("status", EVERY)
def test_a_charge_that_was_answered_meanwhile_is_not_uncertain(status: PaymentStatus) -> None:
    assert model.uncertain(payment(status), AUTHORISE, "no answer") is None


@pytest.mark.parametrize("status", EVERY)
def test_only_money_that_is_set_aside_can_be_taken_with_an_uncertain_end(status: PaymentStatus) -> None:
    change = model.capture_uncertain(payment(status), CAPTURE, "no answer")
    assert (change is not None) == (status is PaymentStatus.AUTHORISED)
    if change is not None:
        assert (change.state.status, type(change.event)) == (PaymentStatus.UNCERTAIN, CaptureUncertain)


def test_a_capture_before_any_charge_has_no_uncertain_end() -> None:
    assert model.capture_uncertain(None, CAPTURE, "no answer") is None


def test_an_uncertain_payment_is_asked_for_no_more() -> None:
    uncertain = payment(PaymentStatus.UNCERTAIN)
    with pytest.raises(PaymentClosed):
        model.needs_authorisation(uncertain)
    with pytest.raises(PaymentClosed):
        model.needs_capture(uncertain)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (PaymentStatus.AUTHORISED, None),
        (PaymentStatus.CAPTURED, None),
        (PaymentStatus.CAPTURE_FAILED, None),
        (PaymentStatus.DECLINED, CardDeclined),
        (PaymentStatus.UNCERTAIN, PaymentClosed),
        (PaymentStatus.VOIDED, PaymentClosed),
        (PaymentStatus.REFUNDED, PaymentClosed),
    ],
)
def test_the_gateway_is_asked_to_set_money_aside_once(status: PaymentStatus, answer: type[Exception] | None) -> None:
    assert model.needs_authorisation(None)
    if answer is None:
        assert not model.needs_authorisation(payment(status))
    else:
        with pytest.raises(answer):
            model.needs_authorisation(payment(status))


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (PaymentStatus.AUTHORISED, True),
        (PaymentStatus.CAPTURED, False),
        (PaymentStatus.CAPTURE_FAILED, CaptureFailed),
        (PaymentStatus.DECLINED, Conflict),
        (PaymentStatus.UNCERTAIN, PaymentClosed),
        (PaymentStatus.VOIDED, PaymentClosed),
        (PaymentStatus.REFUNDED, PaymentClosed),
    ],
)
def test_only_what_is_set_aside_is_taken_and_once(status: PaymentStatus, answer: bool | type[Exception]) -> None:
    if isinstance(answer, bool):
        assert model.needs_capture(payment(status)) is answer
    else:
        with pytest.raises(answer):
            model.needs_capture(payment(status))


@pytest.mark.parametrize("status", [one for one in EVERY if one not in NOTHING_HELD])
@pytest.mark.parametrize(
    ("returned", "event"), [(Returned.VOIDED, PaymentVoided), (Returned.REFUNDED, PaymentRefunded)]
)
def test_whatever_became_of_a_payment_it_can_be_given_back_and_says_what_that_meant(
    status: PaymentStatus, returned: Returned, event: type
) -> None:
    change = model.given_back(payment(status), GiveBack(order_id="o", docket=DOCKET), returned)
    assert change is not None
    assert change.state.status == PaymentStatus(returned)
    assert type(change.event) is event
    told = msgspec.structs.replace(DOCKET, refunded=returned is Returned.REFUNDED)
    assert change.event.docket == told  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", NOTHING_HELD)
def test_what_is_given_back_or_was_never_held_is_not_given_back(status: PaymentStatus) -> None:
    assert model.given_back(payment(status), GiveBack(order_id="o"), Returned.VOIDED) is None


def test_a_refund_says_how_much_came_back() -> None:
    change = model.given_back(payment(PaymentStatus.CAPTURED), GiveBack(order_id="o"), Returned.REFUNDED)
    assert change is not None
    assert isinstance(change.event, PaymentRefunded)
    assert change.event.amount == PRICE


def test_a_giving_back_before_any_charge_leaves_a_tombstone() -> None:
    state = stated(model.given_back(None, GiveBack(order_id="o"), Returned.VOIDED))
    with pytest.raises(PaymentClosed):
        model.needs_authorisation(state)


@pytest.mark.parametrize(
    "failed",
    [
        lambda: model.declined(None, AUTHORISE, "insufficient funds"),
        lambda: model.uncertain(None, AUTHORISE, "no answer"),
        lambda: model.capture_failed(payment(PaymentStatus.AUTHORISED), CAPTURE, "withdrawn"),
        lambda: model.capture_uncertain(payment(PaymentStatus.AUTHORISED), CAPTURE, "no answer"),
    ],
)
def test_every_failure_travels_with_its_reason_on_the_docket(failed: Callable[[], Transition[Payment] | None]) -> None:
    change = failed()
    assert change is not None
    carried = change.event.docket  # type: ignore[attr-defined]
    assert carried.failure is not None
    assert carried.failure.detail == change.state.reason


def test_without_a_docket_no_failure_makes_one() -> None:
    orchestrated = Authorise(order_id="o", customer_id="alice", amount=PRICE, payment_method="pm")
    change = model.declined(None, orchestrated, "insufficient funds")
    assert change is not None
    assert change.event.docket is None  # type: ignore[attr-defined]
