"""Payments that wait for their customer: whichever news comes first, twice or too late, there is one outcome."""

from itertools import permutations
from typing import Any

import boto3
import pytest

from tests.unit.payments import ledger
from tests.unit.payments.test_payments import authorise, status
from yafdp.kernel import callbacks
from yafdp.kernel.caller import Caller
from yafdp.kernel.context import Correlation, correlated
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Conflict, InvalidMessage, NotFound, Unavailable
from yafdp.payments import reactions, sandbox, service, settling, store
from yafdp.payments.messages import (
    Authorisation,
    AwaitCustomer,
    Capture,
    CardDeclined,
    Conclude,
    GatewayTimeout,
    GiveBack,
    PaymentActionMissing,
    PaymentClosed,
)
from yafdp.payments.model import Charge, PaymentStatus

ALICE, BOB = Caller(user_id="alice"), Caller(user_id="bob")
ASK, AWAIT, GIVE_BACK, CONCLUDE = (
    authorise(sandbox.NEEDS_ACTION),
    AwaitCustomer(order_id="o", task_token="t"),
    GiveBack(order_id="o"),
    Conclude(order_id="o"),
)


def news() -> list[Envelope]:
    return store.payments().events("o")


def kinds() -> list[str]:
    return [event.type for event in news()]


class Machine:
    """The state machine that waits: what it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[Any] = []
        monkeypatch.setattr(callbacks, "resume", lambda token: self.told.append((token, "go on")))
        monkeypatch.setattr(callbacks, "refuse", lambda token, error, _reason: self.told.append((token, error)))

    def hear(self) -> None:
        """Deliver all news so far."""
        for event in news():
            if event.type in settling._ANSWERS:
                settling.pass_on(event)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_a_bank_that_wants_the_customer_holds_no_money_until_they_have_acted(table: str) -> None:
    assert service.perform(ASK) == Authorisation(pending=True)
    assert service.perform(ASK) == Authorisation(pending=True)
    assert (status(), ledger.charge(), kinds()) == (PaymentStatus.ACTION_REQUIRED, "PENDING", ["PaymentActionRequired"])
    with pytest.raises(Conflict):
        service.perform(Capture(order_id="o"))
    assert settling.customer_returned(ALICE, "o").status == "AUTHORISED"
    assert settling.customer_returned(ALICE, "o").status == "AUTHORISED"
    assert (status(), ledger.charge()) == (PaymentStatus.AUTHORISED, "HELD")
    assert service.perform(ASK) == Authorisation(pending=False)
    service.perform(Capture(order_id="o"))
    assert (status(), ledger.charge()) == (PaymentStatus.CAPTURED, "TAKEN")


def test_a_bank_that_says_no_afterwards_declines(table: str) -> None:
    service.perform(authorise(sandbox.ACTION_THEN_DECLINED))
    answer = settling.customer_returned(ALICE, "o")
    assert (answer.status, answer.reason) == ("DECLINED", "the payment was cancelled")
    assert news()[-1].data["awaited"] is True
    with pytest.raises(CardDeclined):
        service.perform(ASK)


def test_nobody_confirms_somebody_else_s_payment(table: str) -> None:
    with pytest.raises(NotFound):
        settling.customer_returned(ALICE, "o")
    service.perform(ASK)
    with pytest.raises(NotFound):
        settling.customer_returned(BOB, "o")
    assert status() is PaymentStatus.ACTION_REQUIRED


def test_a_gateway_that_does_not_say_is_asked_again_by_the_customer(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(sandbox.Sandbox):
        def returned(self, order_id: str) -> Charge:
            raise GatewayTimeout("no answer")

    service.perform(ASK)
    with monkeypatch.context() as patch:
        patch.setattr(store, "gateway", Silent)
        with pytest.raises(Unavailable):
            settling.customer_returned(ALICE, "o")
    assert settling.customer_returned(ALICE, "o").status == "AUTHORISED"


def test_the_story_of_an_order_goes_on_after_its_customer_has_acted(table: str) -> None:
    with correlated(Correlation("the-order-s-story")):
        service.perform(ASK)
    with correlated(Correlation("a-click-on-another-page")):
        settling.customer_returned(ALICE, "o")
    assert {event.correlation_id for event in news()} == {"the-order-s-story"}


def test_what_is_given_back_while_its_customer_acts_is_not_charged(table: str, machine: Machine) -> None:
    service.perform(ASK)
    service.perform(AWAIT)
    service.perform(GIVE_BACK)
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")
    assert settling.customer_returned(ALICE, "o").status == "VOIDED"
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")
    machine.hear()
    assert set(machine.told) == {("t", "PaymentClosed")}
    with pytest.raises(PaymentClosed):
        service.perform(ASK)


def test_the_customer_s_time_ends(table: str) -> None:
    service.perform(ASK)
    deadline = news()[0]
    for _ in range(2):
        reactions.expire(deadline)
    assert (status(), kinds()[-1]) == (PaymentStatus.EXPIRED, "PaymentExpired")
    # Too late: the bank agrees, and what it holds is given back.
    assert settling.customer_returned(ALICE, "o").status == "EXPIRED"
    service.perform(GIVE_BACK)
    assert (status(), ledger.charge()) == (PaymentStatus.VOIDED, "VOIDED")


class Silent(sandbox.Sandbox):
    """It does not say where a charge stands."""

    def look(self, order_id: str) -> Charge:
        """As the sandbox."""
        raise GatewayTimeout("no answer")


def test_a_bank_that_agreed_in_time_is_believed_although_nobody_has_told(table: str) -> None:
    service.perform(ASK)
    ledger.put("HELD")
    for _ in range(2):
        reactions.expire(news()[0])
    assert (status(), kinds()) == (PaymentStatus.AUTHORISED, ["PaymentActionRequired", "PaymentAuthorised"])


def test_a_gateway_that_does_not_say_is_asked_again_before_the_customer_s_time_is_called_over(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.perform(ASK)
    ledger.put("HELD")
    monkeypatch.setattr(store, "gateway", Silent)
    with pytest.raises(GatewayTimeout):
        reactions.expire(news()[0])
    assert status() is PaymentStatus.ACTION_REQUIRED
    monkeypatch.setattr(reactions, "attempt", lambda: reactions.ATTEMPTS)
    reactions.expire(news()[0])
    assert status() is PaymentStatus.EXPIRED


def test_a_machine_that_has_waited_long_enough_learns_what_came_of_it(table: str) -> None:
    service.perform(ASK)
    ledger.put("HELD")
    for _ in range(2):
        service.perform(CONCLUDE)
    assert status() is PaymentStatus.AUTHORISED


@pytest.mark.parametrize(
    ("stands", "refusal", "left"),
    [
        ("PENDING", PaymentActionMissing, PaymentStatus.EXPIRED),
        ("REFUSED", CardDeclined, PaymentStatus.DECLINED),
        ("VOIDED", CardDeclined, PaymentStatus.DECLINED),
    ],
)
def test_a_machine_that_has_waited_long_enough_learns_why_nothing_came_of_it(
    table: str, stands: str, refusal: type[Exception], left: PaymentStatus
) -> None:
    service.perform(ASK)
    ledger.put(stands)
    for _ in range(2):
        with pytest.raises(refusal):
            service.perform(CONCLUDE)
    assert status() is left


def test_a_payment_that_was_given_back_meanwhile_is_closed_to_whoever_waited_for_it(table: str) -> None:
    service.perform(ASK)
    service.perform(GIVE_BACK)
    with pytest.raises(PaymentClosed):
        service.perform(CONCLUDE)


def test_who_has_acted_in_time_has_no_deadline(table: str) -> None:
    service.perform(ASK)
    settling.customer_returned(ALICE, "o")
    reactions.expire(news()[0])
    assert status() is PaymentStatus.AUTHORISED


def test_an_event_without_a_deadline_or_without_an_answer_is_no_message(table: str) -> None:
    service.perform(authorise())
    with pytest.raises(InvalidMessage):
        reactions.expire(news()[0])
    service.perform(Capture(order_id="o"))
    with pytest.raises(InvalidMessage):
        settling.pass_on(news()[-1])


def test_a_machine_that_begins_to_wait_before_or_after_the_answer_is_told(table: str, machine: Machine) -> None:
    def wait() -> None:
        service.perform(AWAIT)

    def act() -> None:
        settling.customer_returned(ALICE, "o")

    for index, order in enumerate(permutations([wait, act, machine.hear, machine.hear])):
        if order[-1] != machine.hear:
            continue
        ledger.forget()
        _start_again()
        machine.told.clear()
        service.perform(ASK)
        for step in order:
            step()
        assert set(machine.told) == {("t", "go on")}, index


def _start_again() -> None:
    dynamodb = boto3.client("dynamodb")
    for item in dynamodb.scan(TableName="table")["Items"]:
        dynamodb.delete_item(TableName="table", Key={"pk": item["pk"], "sk": item["sk"]})


def test_a_machine_is_told_that_the_bank_said_no(table: str, machine: Machine) -> None:
    service.perform(authorise(sandbox.ACTION_THEN_DECLINED))
    service.perform(AWAIT)
    machine.hear()
    assert machine.told == []
    settling.customer_returned(ALICE, "o")
    machine.hear()
    assert set(machine.told) == {("t", "CardDeclined")}


def test_nobody_waits_for_a_payment_that_was_never_begun(table: str) -> None:
    with pytest.raises(Conflict):
        service.perform(AWAIT)


def test_an_ordinary_payment_wakes_nobody(table: str) -> None:
    service.perform(authorise())
    assert "awaited" not in news()[0].data
