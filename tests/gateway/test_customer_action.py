"""3-D Secure at Stripe: the customer is sent to their bank, and what came of it is looked up."""

import pytest

from tests.gateway.account import NEEDS_ACTION, NEEDS_ACTION_THEN_DECLINED, Account
from tests.gateway.test_stripe import AMOUNT, CAPTURE, GIVE_BACK, authorise, status
from yafdp.kernel.caller import Caller
from yafdp.payments import reactions, service, settling, store
from yafdp.payments.messages import Authorisation
from yafdp.payments.model import PaymentStatus

ALICE = Caller(user_id="alice")


def asked(account: Account, number: str = NEEDS_ACTION) -> str:
    """A payment whose customer has to act; where."""
    command = authorise(account.card(number))
    assert service.perform(command) == Authorisation(pending=True)
    assert service.perform(command) == Authorisation(pending=True)
    assert (status(), account.money("o")) == (PaymentStatus.ACTION_REQUIRED, (0, 0))
    (event,) = store.payments().events("o")
    return str(event.data["url"])


def test_who_confirms_at_their_bank_pays(account: Account) -> None:
    url = asked(account)
    assert settling.customer_returned(ALICE, "o").status == "ACTION_REQUIRED"
    account.decide(url, confirm=True)
    assert settling.customer_returned(ALICE, "o").status == "AUTHORISED"
    assert account.money("o") == (AMOUNT, 0)
    service.perform(CAPTURE)
    assert account.money("o") == (0, AMOUNT)


@pytest.mark.parametrize(("number", "confirm"), [(NEEDS_ACTION, False), (NEEDS_ACTION_THEN_DECLINED, True)])
def test_who_refuses_or_is_refused_pays_nothing(account: Account, number: str, confirm: bool) -> None:
    url = asked(account, number)
    account.decide(url, confirm=confirm)
    settling.look("o", "evt_1")
    assert (status(), account.money("o")) == (PaymentStatus.DECLINED, (0, 0))


def test_a_payment_that_is_given_back_meanwhile_cannot_be_confirmed_any_more(account: Account) -> None:
    asked(account)
    service.perform(GIVE_BACK)
    assert (status(), account.intent("o")["status"]) == (PaymentStatus.VOIDED, "canceled")
    assert settling.customer_returned(ALICE, "o").status == "VOIDED"


def test_who_confirms_too_late_gets_it_back(account: Account) -> None:
    url = asked(account)
    reactions.expire(store.payments().events("o")[0])
    account.decide(url, confirm=True)
    assert account.money("o") == (AMOUNT, 0)
    service.perform(GIVE_BACK)
    assert (status(), account.money("o")) == (PaymentStatus.VOIDED, (0, 0))


def test_a_refund_on_the_dashboard_is_seen(account: Account) -> None:
    for command in (authorise(), CAPTURE):
        service.perform(command)
    account.refund("o")
    settling.look("o", "evt_1")
    assert status() is PaymentStatus.REFUNDED
