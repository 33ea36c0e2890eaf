"""Payments against the sandbox: whatever is repeated, lost or comes too early, nothing is charged twice or kept."""

import itertools
from unittest import mock

import pytest

from tests.unit.payments import ledger
from yafdp.kernel.errors import Conflict
from yafdp.kernel.messages import Money
from yafdp.payments import sandbox, service, store
from yafdp.payments.messages import (
    Authorisation,
    Authorise,
    Capture,
    CaptureFailed,
    CardDeclined,
    GatewayTimeout,
    GiveBack,
    PaymentClosed,
)
from yafdp.payments.model import PaymentStatus

CAPTURE, GIVE_BACK = Capture(order_id="o"), GiveBack(order_id="o")


def authorise(method: str = sandbox.CARD_OK) -> Authorise:
    return Authorise(order_id="o", customer_id="alice", amount=Money(amount=950, currency="EUR"), payment_method=method)


def status() -> PaymentStatus | None:
    payment = store.payments().load("o").state
    return payment.status if payment else None


def test_money_is_set_aside_then_taken(table: str) -> None:
    service.perform(authorise())
    assert (status(), ledger.charge()) == (PaymentStatus.AUTHORISED, "HELD")
    service.perform(CAPTURE)
    assert (status(), ledger.charge()) == (PaymentStatus.CAPTURED, "TAKEN")


@pytest.mark.parametrize("method", [sandbox.CARD_DECLINED, "pm_unheard_of"])
def test_a_refused_card_is_declined_every_time_and_never_charged(table: str, method: str) -> None:
    for _ in range(2):
        with pytest.raises(CardDeclined):
            service.perform(authorise(method))
    assert (status(), ledger.charge()) == (PaymentStatus.DECLINED, None)


class Slow(sandbox.Sandbox):
    """Says no to an attempt that the order's other attempt has overtaken."""

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> None:
        """As the sandbox."""
        with mock.patch.object(store, "gateway", sandbox.Sandbox):
            service.perform(authorise())
        raise CardDeclined("too late")

    def capture(self, order_id: str) -> None:
        """As the sandbox."""
        with mock.patch.object(store, "gateway", sandbox.Sandbox):
            service.perform(CAPTURE)
        raise CaptureFailed("too late")


def test_of_two_attempts_the_one_that_was_refused_does_not_deny_what_the_other_holds(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "gateway", Slow)
    assert service.perform(authorise()) == Authorisation(pending=False)
    assert (status(), ledger.charge()) == (PaymentStatus.AUTHORISED, "HELD")
    service.perform(CAPTURE)
    assert (status(), ledger.charge()) == (PaymentStatus.CAPTURED, "TAKEN")


def test_a_charge_whose_answer_never_came_is_given_back(table: str) -> None:
    with pytest.raises(GatewayTimeout):
        service.perform(authorise(sandbox.CHARGE_THEN_TIMEOUT))
    assert ledger.charge() == "HELD"
    service.perform(GIVE_BACK)
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")


def test_what_was_taken_is_refunded(table: str) -> None:
    for command in (authorise(), CAPTURE, GIVE_BACK, GIVE_BACK):
        service.perform(command)
    assert (status(), ledger.charge()) == (PaymentStatus.REFUNDED, "REFUNDED")


def test_a_capture_that_fails_can_be_given_back(table: str) -> None:
    service.perform(authorise(sandbox.CAPTURE_FAILS))
    for _ in range(2):
        with pytest.raises(CaptureFailed):
            service.perform(CAPTURE)
    service.perform(GIVE_BACK)
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")


def test_a_charge_that_comes_after_its_giving_back_is_refused(table: str) -> None:
    service.perform(GIVE_BACK)
    with pytest.raises(PaymentClosed):
        service.perform(authorise())
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")


def test_a_payment_given_back_while_the_gateway_was_asked_keeps_nothing(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(sandbox.Sandbox):
        def authorise(self, order_id: str, amount: Money, payment_method: str) -> None:
            # The giving back of the order finds no payment yet, then the gateway takes the charge all the same.
            service.give_back(GIVE_BACK)
            ledger.forget()
            super().authorise(order_id, amount, payment_method)

    monkeypatch.setattr(store, "gateway", Slow)
    # Inside, give_back must use the plain gateway, or the race would nest.
    with pytest.raises(PaymentClosed):
        service.authorise(authorise())
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")


def test_nothing_can_be_captured_before_it_is_authorised(table: str) -> None:
    with pytest.raises(Conflict):
        service.perform(CAPTURE)


@pytest.mark.parametrize("commands", list(itertools.permutations([authorise(), CAPTURE, GIVE_BACK])))
@pytest.mark.parametrize("times", [1, 2, 5])
def test_in_any_order_and_however_often_a_payment_that_was_given_back_keeps_nothing(
    table: str, commands: tuple[Authorise | Capture | GiveBack, ...], times: int
) -> None:
    for command in commands:
        for _ in range(times):
            try:
                service.perform(command)
            except (Conflict, PaymentClosed):
                continue
    assert status() in {PaymentStatus.VOIDED, PaymentStatus.REFUNDED}
    assert ledger.charge() in {"VOIDED", "REFUNDED"}
