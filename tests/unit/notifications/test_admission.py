"""Who gets in: tickets are good once, for a moment, from the page that asked; sockets end with their session."""

import boto3
import pytest

from tests.unit.notifications.sockets import ALICE, BOB, Sockets
from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import epoch_in
from yafdp.notifications import connection_store, model, realtime

SHOP = "https://shop.example"


def open_rows(table: str) -> int:
    return int(boto3.client("dynamodb").scan(TableName=table)["Count"])


def test_a_ticket_lets_in_once(table: str) -> None:
    ticket = realtime.issue_ticket(ALICE, None)
    assert ticket.url == f"wss://socket.example/v1?ticket={ticket.ticket}"
    assert realtime.admit(ticket.ticket, None) == ALICE
    assert realtime.admit(ticket.ticket, None) is None


def test_a_ticket_brings_groups_and_restaurant_of_its_holder(table: str) -> None:
    cook = Caller("cook", frozenset({"staff", "early"}), "noodles", "session", 4_102_444_800)
    assert realtime.admit(realtime.issue_ticket(cook, None).ticket, None) == cook


@pytest.mark.parametrize("ticket", [None, "", "made-up"])
def test_what_is_no_ticket_lets_nobody_in(table: str, ticket: str | None) -> None:
    assert realtime.admit(ticket, None) is None


def test_an_expired_ticket_lets_nobody_in_even_before_it_is_deleted(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_store, "TICKET_SECONDS", -1)
    assert realtime.admit(realtime.issue_ticket(ALICE, None).ticket, None) is None


def test_the_table_does_not_hold_the_ticket_itself(table: str) -> None:
    ticket = realtime.issue_ticket(ALICE, None).ticket
    assert ticket not in str(boto3.client("dynamodb").scan(TableName=table))


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil", "null", ""])
def test_a_foreign_page_is_refused_and_the_ticket_stays_good(table: str, origin: str) -> None:
    ticket = realtime.issue_ticket(ALICE, None).ticket
    assert realtime.admit(ticket, origin) is None
    assert realtime.admit(ticket, SHOP) == ALICE


@pytest.mark.parametrize("origin", [None, "http://localhost:3000"])
def test_a_ticket_that_a_page_asked_for_is_of_no_use_elsewhere(table: str, origin: str | None) -> None:
    ticket = realtime.issue_ticket(ALICE, SHOP).ticket
    assert realtime.admit(ticket, origin) is None
    assert realtime.admit(ticket, SHOP) == ALICE


@pytest.mark.parametrize(
    ("seconds", "asked_by", "used_by", "reason"),
    [
        (30, None, "https://evil.example", "foreign origin"),
        (-1, None, None, "expired"),
        (30, SHOP, None, "issued to another page"),
    ],
)
def test_a_refusal_is_logged_with_its_reason_and_without_the_ticket(
    table: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    seconds: int,
    asked_by: str | None,
    used_by: str | None,
    reason: str,
) -> None:
    monkeypatch.setattr(connection_store, "TICKET_SECONDS", seconds)
    ticket = realtime.issue_ticket(ALICE, asked_by).ticket
    realtime.admit(ticket, used_by)
    logged = caplog.records[-1].__dict__
    assert logged["reason"] == reason
    assert logged["ticket_fingerprint"] == connection_store.fingerprint(ticket)[:12]
    assert ticket not in str(logged)


def test_a_used_ticket_is_logged_as_such(table: str, caplog: pytest.LogCaptureFixture) -> None:
    ticket = realtime.issue_ticket(ALICE, None).ticket
    realtime.admit(ticket, None)
    realtime.admit(ticket, None)
    assert caplog.records[-1].__dict__["reason"] == "unknown or used"


def test_a_connection_lives_as_long_as_its_session_and_never_longer_than_the_gateway_keeps_it() -> None:
    assert model.connection_ends(Caller("alice", session_ends=1_100), now=1_000) == 1_100
    assert model.connection_ends(Caller("alice", session_ends=99_999), now=1_000) == 1_000 + model.CONNECTION_SECONDS
    assert model.connection_ends(Caller("alice"), now=1_000) == 1_000 + model.CONNECTION_SECONDS


def test_nothing_is_left_of_a_connection_that_has_closed(table: str) -> None:
    assert realtime.connected("one", ALICE)
    (connection,) = connection_store.listeners(["USER#alice"])
    for topic in ("ORDER#o", "RESTAURANT#r"):
        connection_store.subscribe(connection, topic, 50)
    assert open_rows(table) == 3
    realtime.disconnected("one", ALICE)
    assert open_rows(table) == 0


def test_signing_out_closes_the_session_s_connections_and_no_other(table: str, sockets: Sockets) -> None:
    realtime.connected("phone", ALICE)
    realtime.connected("phone too", ALICE)
    realtime.connected("laptop", Caller("alice", session_id="another sign-in"))
    realtime.connected("bob's", BOB)
    assert realtime.sign_out(ALICE) == 2
    assert sorted(sockets.closed) == ["phone", "phone too"]
    assert [one.connection_id for one in connection_store.listeners(["USER#alice"])] == ["laptop"]
    assert [one.connection_id for one in connection_store.listeners(["USER#bob"])] == ["bob's"]


def test_nobody_comes_in_with_a_session_that_has_ended(table: str, sockets: Sockets) -> None:
    """The ticket was taken just before, so the authorizer has let it in."""
    realtime.sign_out(ALICE)
    assert not realtime.connected("late", ALICE)
    assert connection_store.listeners(["USER#alice"]) == ()


def test_nobody_comes_in_with_a_token_that_has_expired_meanwhile(table: str) -> None:
    assert not realtime.connected("late", Caller("alice", session_ends=epoch_in(0)))
    assert connection_store.listeners(["USER#alice"]) == ()
