"""Notifications: tickets are good once, every connection is told, and one that is gone holds up none."""

from typing import Any

import boto3
import pytest

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.notifications import model, service, store
from yafdp.notifications.messages import Connection, Holder, PushRequested, Update

ALICE = Holder(user_id="alice")


def event(event_type: str = "OrderReceived", **data: Any) -> Envelope:
    told = {"customerId": "alice", "status": "RECEIVED"} | data
    return Envelope(
        id="e", type=event_type, version=1, occurred_at="t", aggregate_id="o", sequence=3, correlation_id="s", data=told
    )


def push_request(*connection_ids: str) -> Envelope:
    update = {
        "type": "OrderReceived",
        "orderId": "o",
        "sequence": 1,
        "status": "RECEIVED",
        "occurredAt": "t",
        "correlationId": "s",
        "data": {},
    }
    connections = [{"userId": "alice", "connectionId": name} for name in connection_ids]
    whole = {"connections": connections, "update": update}
    return Envelope(
        id="e", type="PushRequested", version=1, occurred_at="t", aggregate_id="o", correlation_id="s", data=whole
    )


def connect(*connection_ids: str) -> None:
    for name in connection_ids:
        service.connected(Connection(user_id="alice", connection_id=name))


def test_a_ticket_lets_in_once(table: str) -> None:
    ticket = service.issue_ticket(ALICE)
    assert ticket.url == f"wss://socket.example/v1?ticket={ticket.ticket}"
    assert service.admit(ticket.ticket, None) == ALICE
    assert service.admit(ticket.ticket, None) is None


@pytest.mark.parametrize("ticket", [None, "", "made-up"])
def test_what_is_no_ticket_lets_nobody_in(table: str, ticket: str | None) -> None:
    assert service.admit(ticket, None) is None


def test_an_expired_ticket_lets_nobody_in_even_before_it_is_deleted(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "TICKET_SECONDS", -1)
    assert service.admit(service.issue_ticket(ALICE).ticket, None) is None


def test_the_table_does_not_hold_the_ticket_itself(table: str) -> None:
    ticket = service.issue_ticket(ALICE).ticket
    assert ticket not in str(boto3.client("dynamodb").scan(TableName=table))


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil", "null", ""])
def test_a_foreign_page_is_refused_and_the_ticket_stays_good(table: str, origin: str) -> None:
    ticket = service.issue_ticket(ALICE).ticket
    assert service.admit(ticket, origin) is None
    assert service.admit(ticket, "https://shop.example") == ALICE


def test_an_event_is_told_to_every_connection_of_its_customer(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[Envelope] = []
    monkeypatch.setattr(store, "publish", published.append)
    connect("one", "two")
    service.connected(Connection(user_id="bob", connection_id="three"))
    service.notify(event())
    request = contents(published[0], PushRequested)
    assert sorted(connection.connection_id for connection in request.connections) == ["one", "two"]
    assert (request.update.sequence, request.update.order_id) == (3, "o")


def test_nobody_is_asked_to_push_to_nobody(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[Envelope] = []
    monkeypatch.setattr(store, "publish", published.append)
    service.notify(event())
    assert published == []


def test_an_event_that_names_no_customer_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        model.recipient(event(customerId=None))


def test_connections_that_are_gone_are_forgotten_and_the_others_are_told(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def send(connection: Connection, _content: bytes) -> bool:
        if connection.connection_id.startswith("gone"):
            return False
        told.append(connection.connection_id)
        return True

    monkeypatch.setattr(store, "send", send)
    connect("gone-1", "here-1", "gone-2", "here-2")
    service.push(push_request("gone-1", "here-1", "gone-2", "here-2"))
    assert told == ["here-1", "here-2"]
    assert sorted(connection.connection_id for connection in store.connections("alice")) == ["here-1", "here-2"]


def test_a_connection_that_fails_is_tried_again_later_and_holds_up_none(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def send(connection: Connection, _content: bytes) -> bool:
        if connection.connection_id == "throttled":
            raise TimeoutError
        told.append(connection.connection_id)
        return True

    monkeypatch.setattr(store, "send", send)
    connect("throttled", "here")
    with pytest.raises(ExceptionGroup):
        service.push(push_request("throttled", "here"))
    assert told == ["here"]
    assert len(store.connections("alice")) == 2


def test_an_update_repeats_the_journals_entry() -> None:
    assert model.update(event(total={"amount": 1, "currency": "EUR"})) == Update(
        type="OrderReceived",
        order_id="o",
        sequence=3,
        status="RECEIVED",
        occurred_at="t",
        correlation_id="s",
        data={"customerId": "alice", "status": "RECEIVED", "total": {"amount": 1, "currency": "EUR"}},
    )


def test_a_push_queue_message_of_another_kind_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        service.push(event())
