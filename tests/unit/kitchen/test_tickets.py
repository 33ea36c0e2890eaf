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
    TicketOpened,
    TicketRejected,
    WithdrawTicket,
)
from yafdp.kitchen.model import TicketStatus

WITHDRAW = WithdrawTicket(order_id="o", restaurant_id="r")


def ask(*, automatic: bool = False, token: str | None = "token") -> AskKitchen:
    return AskKitchen(order_id="o", restaurant_id="r", items=(), automatic_acceptance=automatic, task_token=token)


def answered(event_type: str, **data: Any) -> Envelope:
    told = {"orderId": "o", "restaurantId": "r"} | data
    return Envelope(
        id="e", type=event_type, version=1, occurred_at="t", aggregate_id="o", correlation_id="story", data=told
    )


@pytest.fixture
def resumed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    calls: list[tuple[str, str | None]] = []
    monkeypatch.setattr(store, "resume", lambda token, rejection: calls.append((token, rejection)))
    return calls


def test_a_kitchen_that_takes_every_order_accepts_at_once() -> None:
    change = model.ask(None, ask(automatic=True))
    assert change is not None
    assert (change.state.status, type(change.event)) == (TicketStatus.ACCEPTED, TicketAccepted)


def test_another_kitchen_is_asked() -> None:
    change = model.ask(None, ask())
    assert change is not None
    assert (change.state.status, type(change.event)) == (TicketStatus.PENDING, TicketOpened)


def test_the_task_token_is_in_no_event() -> None:
    change = model.ask(None, ask())
    assert change is not None
    assert "token" not in str(change.event)


@pytest.mark.parametrize(("reason", "event"), [(None, TicketAccepted), ("closed", TicketRejected)])
def test_an_answer_is_recorded_once(reason: str | None, event: type) -> None:
    pending = model.ask(None, ask())
    assert pending is not None
    change = model.answer(pending.state, "r", reason)
    assert change is not None
    assert type(change.event) is event
    assert model.answer(change.state, "r", reason) is None


def test_a_second_thought_is_refused() -> None:
    accepted = model.ask(None, ask(automatic=True))
    assert accepted is not None
    with pytest.raises(Conflict):
        model.answer(accepted.state, "r", "changed our mind")


def test_another_restaurants_ticket_looks_like_none() -> None:
    pending = model.ask(None, ask())
    assert pending is not None
    for ticket in (pending.state, None):
        with pytest.raises(NotFound):
            model.answer(ticket, "other", None)


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
    ("event", "rejection"),
    [(answered("TicketAccepted"), None), (answered("TicketRejected", reason="closed"), "closed")],
)
def test_an_answer_wakes_the_machine_that_waits(
    table: str, resumed: list[tuple[str, str | None]], event: Envelope, rejection: str | None
) -> None:
    service.perform(ask())
    service.pass_on(event)
    assert resumed == [("token", rejection)]


def test_without_a_waiting_machine_nobody_is_woken(table: str, resumed: list[tuple[str, str | None]]) -> None:
    service.perform(ask(token=None))
    service.pass_on(answered("TicketAccepted"))
    assert resumed == []


def test_an_event_that_is_no_answer_is_poison(table: str) -> None:
    with pytest.raises(InvalidMessage):
        service.pass_on(answered("TicketWithdrawn"))
