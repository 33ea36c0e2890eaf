"""Payments through Stripe: one charge, the right money, whatever is declined, repeated, lost or comes too early."""

import itertools

import boto3
import pytest

from tests.gateway.account import DECLINED, OK, UNHEARD_OF, Account
from yafdp.kernel import secrets
from yafdp.kernel.errors import Conflict
from yafdp.kernel.messages import Money
from yafdp.payments import service, store, stripe_api, stripe_store
from yafdp.payments.messages import (
    Authorise,
    Capture,
    CaptureFailed,
    CardDeclined,
    GatewayBusy,
    GatewayTimeout,
    GiveBack,
    PaymentClosed,
)
from yafdp.payments.model import PaymentStatus

AMOUNT = 2199
CAPTURE, GIVE_BACK = Capture(order_id="o"), GiveBack(order_id="o")
# Where an answer can get lost.
CREATE, CONFIRM, TAKE, CANCEL, REFUND = "/payment_intents", "/confirm", "/capture", "/cancel", "/refunds"


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_api, "FIRST_WAIT", 0.001)


def authorise(method: str = OK) -> Authorise:
    amount = Money(amount=AMOUNT, currency="EUR")
    return Authorise(order_id="o", customer_id="alice", amount=amount, payment_method=method)


def status() -> PaymentStatus | None:
    payment = store.payments().load("o").state
    return payment.status if payment else None


def done(command: Authorise | Capture | GiveBack, attempts: int = 5) -> None:
    """The command as its caller does it: again, as long as the outcome is unknown."""
    for _ in range(attempts):
        try:
            service.perform(command)
        except GatewayTimeout:
            continue
        return
    pytest.fail("the outcome stays unknown")


def test_money_is_set_aside_then_taken(account: Account) -> None:
    service.perform(authorise())
    assert (status(), account.money("o")) == (PaymentStatus.AUTHORISED, (AMOUNT, 0))
    service.perform(CAPTURE)
    assert (status(), account.money("o")) == (PaymentStatus.CAPTURED, (0, AMOUNT))
    intent = account.intent("o")
    assert (intent["amount"], intent["currency"], intent["metadata"]) == (AMOUNT, "eur", {"orderId": "o"})


@pytest.mark.parametrize("method", [DECLINED, UNHEARD_OF])
def test_a_refused_card_is_declined_every_time_and_never_charged(account: Account, method: str) -> None:
    for _ in range(2):
        with pytest.raises(CardDeclined):
            service.perform(authorise(method))
    assert (status(), account.money("o")) == (PaymentStatus.DECLINED, (0, 0))


def test_what_is_set_aside_is_voided(account: Account) -> None:
    for command in (authorise(), GIVE_BACK, GIVE_BACK):
        service.perform(command)
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))
    assert account.intent("o")["status"] == "canceled"


def test_what_was_taken_is_refunded_once(account: Account) -> None:
    for command in (authorise(), CAPTURE, GIVE_BACK, GIVE_BACK):
        service.perform(command)
    assert (status(), account.money("o")) == (PaymentStatus.REFUNDED, (0, 0))
    assert account.refunds("o") == [AMOUNT]


def test_a_refund_is_not_repeated_when_its_key_is_long_forgotten(account: Account) -> None:
    for command in (authorise(), CAPTURE, GIVE_BACK):
        service.perform(command)
    assert store.gateway().give_back("o") == "REFUNDED"
    assert account.refunds("o") == [AMOUNT]


def test_a_hold_that_is_gone_cannot_be_captured(account: Account) -> None:
    service.perform(authorise())
    account.cancel("o")
    for _ in range(2):
        with pytest.raises(CaptureFailed):
            service.perform(CAPTURE)
    service.perform(GIVE_BACK)
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))


def test_a_charge_that_comes_after_its_giving_back_is_refused_and_not_made(account: Account) -> None:
    service.perform(GIVE_BACK)
    with pytest.raises(PaymentClosed):
        service.perform(authorise())
    with pytest.raises(PaymentClosed):
        store.gateway().authorise("o", Money(amount=AMOUNT, currency="EUR"), OK)
    assert (status(), account.intents("o")) == (PaymentStatus.VOIDED, [])


def test_nothing_is_confirmed_for_an_order_that_is_given_back_while_its_intent_is_made(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_intent = stripe_store.name_intent

    def too_late(order_id: str, intent: str) -> str:
        service.perform(GIVE_BACK)
        return name_intent(order_id, intent)

    monkeypatch.setattr(stripe_store, "name_intent", too_late)
    with pytest.raises(PaymentClosed):
        service.perform(authorise())
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))
    assert account.intent("o")["status"] == "requires_confirmation"


def test_an_order_that_is_given_back_just_before_its_intent_is_confirmed_keeps_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_intent = stripe_store.name_intent

    def just_before(order_id: str, intent: str) -> str:
        named = name_intent(order_id, intent)
        service.perform(GIVE_BACK)
        return named

    monkeypatch.setattr(stripe_store, "name_intent", just_before)
    with pytest.raises(PaymentClosed):
        service.perform(authorise())
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))


@pytest.mark.parametrize("path", [CREATE, CONFIRM])
@pytest.mark.parametrize("kind", ["cut", "unsent", "status"])
@pytest.mark.parametrize("times", [1, 3, 7])
def test_a_lost_answer_charges_once_and_is_found_by_the_repeat(
    account: Account, path: str, kind: str, times: int
) -> None:
    account.fault(path, kind, times=times)
    done(authorise())
    assert (status(), account.money("o")) == (PaymentStatus.AUTHORISED, (AMOUNT, 0))
    assert len(account.intents("o")) == 1


@pytest.mark.parametrize("path", [CREATE, CONFIRM])
def test_a_charge_whose_answer_never_came_is_given_back(account: Account, path: str) -> None:
    account.fault(path, "cut", times=3)
    with pytest.raises(GatewayTimeout):
        service.perform(authorise())
    assert status() is None
    assert account.money("o") == ((AMOUNT, 0) if path == CONFIRM else (0, 0))
    service.perform(GIVE_BACK)
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))
    with pytest.raises(PaymentClosed):
        service.perform(authorise())


@pytest.mark.parametrize("kind", ["cut", "unsent", "status"])
@pytest.mark.parametrize("times", [1, 4])
def test_a_capture_whose_answer_is_lost_takes_the_money_once(account: Account, kind: str, times: int) -> None:
    service.perform(authorise())
    account.fault(TAKE, kind, times=times)
    done(CAPTURE)
    assert (status(), account.money("o")) == (PaymentStatus.CAPTURED, (0, AMOUNT))


@pytest.mark.parametrize(
    ("path", "before", "ending"),
    [
        (CANCEL, [authorise()], PaymentStatus.VOIDED),
        (REFUND, [authorise(), CAPTURE], PaymentStatus.REFUNDED),
    ],
)
@pytest.mark.parametrize("kind", ["cut", "unsent", "status"])
@pytest.mark.parametrize("times", [1, 4])
def test_a_giving_back_whose_answer_is_lost_gives_back_once(
    account: Account, path: str, before: list[Authorise | Capture], ending: PaymentStatus, kind: str, times: int
) -> None:
    for command in before:
        service.perform(command)
    account.fault(path, kind, times=times)
    done(GIVE_BACK)
    assert (status(), account.money("o")) == (ending, (0, 0))
    assert account.refunds("o") == ([AMOUNT] if ending is PaymentStatus.REFUNDED else [])


def test_a_gateway_that_is_busy_is_asked_again_and_then_left_for_later(account: Account) -> None:
    account.fault(CREATE, "status", status=429, times=2)
    service.perform(authorise())
    account.fault(TAKE, "status", status=429, times=3)
    with pytest.raises(GatewayBusy):
        service.perform(CAPTURE)
    assert (status(), account.money("o")) == (PaymentStatus.AUTHORISED, (AMOUNT, 0))
    service.perform(CAPTURE)
    assert account.money("o") == (0, AMOUNT)


def test_a_gateway_that_cannot_be_reached_has_done_nothing(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_URL", "http://127.0.0.1:9")
    with pytest.raises(GatewayBusy):
        service.perform(authorise())


def test_a_gateway_that_takes_its_time_is_not_waited_for_longer_than_a_function_may(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_api, "PATIENCE", 0.0)
    with pytest.raises(GatewayTimeout):
        service.perform(authorise())
    assert account.intents("o") == []


def test_an_api_key_that_was_rotated_is_used_from_the_next_request_on(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "SHORTEST_INTERVAL", -1.0)
    manager = boto3.client("secretsmanager")
    manager.put_secret_value(SecretId="stripe", SecretString="revoked")
    secrets.secret.cache_clear()
    with pytest.raises(stripe_api.StripeMisconfigured):
        service.perform(authorise())
    manager.put_secret_value(SecretId="stripe", SecretString="sk_test_newer\n")
    service.perform(authorise())
    assert account.money("o") == (AMOUNT, 0)


def test_a_refund_made_on_the_dashboard_counts(account: Account) -> None:
    for command in (authorise(), CAPTURE):
        service.perform(command)
    account.refund("o")
    service.perform(GIVE_BACK)
    assert (status(), account.money("o")) == (PaymentStatus.REFUNDED, (0, 0))


@pytest.mark.parametrize("commands", list(itertools.permutations([authorise(), CAPTURE, GIVE_BACK])))
@pytest.mark.parametrize("times", [1, 3])
def test_in_any_order_and_however_often_a_payment_that_was_given_back_keeps_nothing(
    account: Account, commands: tuple[Authorise | Capture | GiveBack, ...], times: int
) -> None:
    for command in commands:
        for _ in range(times):
            try:
                service.perform(command)
            except (Conflict, PaymentClosed):
                continue
    assert status() in {PaymentStatus.VOIDED, PaymentStatus.REFUNDED}
    assert account.money("o") == (0, 0)
