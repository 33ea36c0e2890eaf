"""Kitchen tickets: one answer, from the right restaurant, and none after a withdrawal."""

from typing import Any

import pytest

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Conflict, InvalidMessage, NotFound
from yafdp.kitchen import model, service, store
from yafdp.kitchen.messages import (
    AskKitchen,
    TicketAccepted,
    TicketClosed,
    TicketLine,
    TicketOpened,
    TicketRecalled,
    TicketRejected,
    WithdrawTicket,
)
from yafdp.kitchen.model import Ticket, TicketStatus

WITHDRAW = WithdrawTicket(order_id="o", restaurant_id="r")
AT = "2026-01-01T00:00:00.000Z"
LINES = (TicketLine(item_id="pizza", quantity=1),)


def ask(*, automatic: bool = False, token: str | None = "token") -> AskKitchen:
    return AskKitchen(order_id="o", restaurant_id="r", items=LINES, automatic_acceptance=automatic, task_token=token)


def answered(event_type: str, **data: Any) -> Envelope:
    told = {"orderId": "o", "restaurantId": "r"} | data
    return Envelope(
        id="e", type=event_type, version=1, occurred_at="t", aggregate_id="o", correlation_id="story", data=told
    )


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What waiting machines are told."""
    calls: list[tuple[str, ...]] = []
    for name in ("resume", "reject", "call_off"):
        monkeypatch.setattr(store, name, lambda *told, name=name: calls.append((name, *told)))
    return calls


def opened(*, automatic: bool = False) -> Ticket:
    change = model.ask(None, ask(automatic=automatic), AT)
    assert change is not None
    return change.state


def test_a_kitchen_that_takes_every_order_accepts_at_once() -> None:
    change = model.ask(None, ask(automatic=True), AT)
    assert change is not None
    assert (change.state.status, type(change.event)) == (TicketStatus.ACCEPTED, TicketAccepted)


def test_another_kitchen_is_asked() -> None:
    change = model.ask(None, ask(), AT)
    assert change is not None
    assert (change.state.status, type(change.event)) == (TicketStatus.PENDING, TicketOpened)


def test_the_task_token_is_in_no_event() -> None:
    change = model.ask(None, ask(), AT)
    assert change is not None
    assert "token" not in str(change.event)


@pytest.mark.parametrize(("automatic", "event"), [(False, TicketOpened), (True, TicketAccepted)])
def test_a_machine_that_asks_again_is_answered_behind_its_new_token(automatic: bool, event: type) -> None:
    change = model.ask(opened(automatic=automatic), ask(automatic=automatic, token="second"), AT)
    assert change is not None
    assert (change.state.task_token, type(change.event)) == ("second", event)


def test_a_machine_that_asks_again_waits_as_long_again() -> None:
    change = model.ask(opened(), ask(token="second"), AT, "2026-01-01T00:10:00.000Z")
    assert change is not None
    assert change.state.view().expires_at == "2026-01-01T00:10:00.000Z"


def test_a_yes_is_recorded_once() -> None:
    change = model.accept(opened(), "r")
    assert change is not None
    assert type(change.event) is TicketAccepted
    assert model.accept(change.state, "r") is None


def test_a_no_is_recorded_once() -> None:
    change = model.reject(opened(), "r", "closed")
    assert change is not None
    assert type(change.event) is TicketRejected
    assert model.reject(change.state, "r", "closed") is None
    with pytest.raises(Conflict):
        model.accept(change.state, "r")


def test_a_yes_can_be_recalled_until_the_food_is_ready() -> None:
    change = model.reject(opened(automatic=True), "r", "the oven broke")
    assert change is not None
    assert type(change.event) is TicketRecalled
    with pytest.raises(Conflict):
        model.reject(ready(), "r", "dropped it")


def test_the_kitchen_begins_once_the_order_is_paid() -> None:
    with pytest.raises(Conflict):
        model.ready(opened(automatic=True), "r")
    assert ready().status is TicketStatus.READY
    assert model.ready(ready(), "r") is None
    assert model.confirm(ready()) is None


def test_a_ticket_that_nobody_answers_expires_and_an_answered_one_does_not() -> None:
    change = model.expire(opened())
    assert change is not None
    assert change.state.status is TicketStatus.WITHDRAWN
    assert model.expire(opened(automatic=True)) is None
    assert model.expire(None) is None


def ready() -> Ticket:
    confirmed = model.confirm(opened(automatic=True))
    assert confirmed is not None
    change = model.ready(confirmed.state, "r")
    assert change is not None
    return change.state


@pytest.mark.parametrize("ticket", [opened(), None], ids=["another's", "none"])
def test_another_restaurants_ticket_looks_like_none(ticket: Ticket | None) -> None:
    for decide in (model.accept, model.ready, lambda one, place: model.reject(one, place, "no")):
        with pytest.raises(NotFound):
            decide(ticket, "other")


def test_after_a_withdrawal_the_kitchen_is_not_asked(table: str) -> None:
    service.perform(WITHDRAW)
    with pytest.raises(TicketClosed):
        service.perform(ask())


def test_asking_twice_opens_one_ticket(table: str) -> None:
    service.perform(ask())
    service.perform(ask())
    assert store.tickets().load("o").version == 1


def test_a_withdrawn_ticket_stays_withdrawn(table: str) -> None:
    for command in (ask(), WITHDRAW, WITHDRAW):
        service.perform(command)
    assert store.tickets().load("o").version == 2


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (answered("TicketAccepted"), ("resume", "token")),
        (answered("TicketRejected", reason="closed"), ("reject", "token", "closed")),
        (answered("TicketWithdrawn"), ("call_off", "token")),
    ],
    ids=["yes", "no", "called off"],
)
def test_an_answer_wakes_the_machine_that_waits(
    table: str, woken: list[tuple[str, ...]], event: Envelope, told: tuple[str, ...]
) -> None:
    service.perform(ask())
    service.pass_on(event)
    assert woken == [told]


def test_without_a_waiting_machine_nobody_is_woken(table: str, woken: list[tuple[str, ...]]) -> None:
    service.perform(ask(token=None))
    service.pass_on(answered("TicketAccepted"))
    assert woken == []


def test_an_event_that_is_no_answer_is_poison(table: str) -> None:
    with pytest.raises(InvalidMessage):
        service.pass_on(answered("TicketReady"))
