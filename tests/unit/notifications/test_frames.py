"""What clients say is heard, checked and answered; what they should not say is refused in so many words."""

import json
from typing import Any

import pytest

from tests.unit.notifications.sockets import ADMIN, ALICE, BOB, COOK, COURIER, Sockets, kept
from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.invoke import Refused
from yafdp.notifications import connection_store, frame_store, frames, model, subscriptions
from yafdp.notifications.frames import Entry
from yafdp.notifications.subscriptions import JournalPage


class Journal:
    """In ordering's place: order `o` of alice's, which the cook's restaurant makes."""

    def __init__(self) -> None:
        self.entries = [entry(number) for number in range(1, 4)]
        self.reads: list[dict[str, Any]] = []
        self.meanwhile: Any = None
        self.down = False

    def invoke(self, _function: str, command: dict[str, Any], _kind: Any) -> JournalPage:
        self.reads.append(command)
        if self.down:
            raise Unavailable("ordering does not answer")
        may = command["viewer"]["userId"] in {"alice", "cook", "admin"}
        if command["orderId"] != "o" or not may:
            raise Refused("OrderUnknown", "there is no order")
        later = [one for one in self.entries if one.sequence > command["after"]]
        return JournalPage(customer_id="alice", items=tuple(later[:100]), more=len(later) > 100)


def entry(sequence: int, **data: Any) -> Entry:
    return Entry(sequence=sequence, type="OrderPriced", status="PRICED", occurred_at="t", data=data)


@pytest.fixture(autouse=True)
def journal(monkeypatch: pytest.MonkeyPatch) -> Journal:
    made = Journal()
    monkeypatch.setattr(subscriptions, "invoke", made.invoke)
    monkeypatch.setenv("ORDER_JOURNAL_FUNCTION", "order-journal")
    return made


def say(frame: Any, caller: Caller = ALICE, connection: str = "one") -> None:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    subscriptions.hear(text, connection, caller)


def heard_by(topic: str) -> list[str]:
    return [one.connection_id for one in connection_store.listeners([topic])]


def test_a_subscription_tells_what_has_been_missed(table: str, sockets: Sockets) -> None:
    kept("one")
    say({"action": "subscribe", "orderId": "o", "after": 1})
    (frame,) = sockets.frames()
    assert (frame["type"], frame["orderId"], frame["more"]) == ("subscribed", "o", False)
    assert [one["sequence"] for one in frame["items"]] == [2, 3]


def test_somebody_who_has_missed_nothing_is_told_so(table: str, sockets: Sockets) -> None:
    kept("one")
    say({"action": "subscribe", "orderId": "o", "after": 3})
    assert [frame["items"] for frame in sockets.frames()] == [[]]


def test_a_long_journal_comes_whole_in_frames_that_fit(table: str, sockets: Sockets, journal: Journal) -> None:
    kept("one")
    journal.entries = [entry(number, note="x" * 1_000) for number in range(1, 251)]
    say({"action": "subscribe", "orderId": "o"})
    told = sockets.frames()
    assert [one["sequence"] for frame in told for one in frame["items"]] == list(range(1, 251))
    assert [frame["more"] for frame in told] == [True] * (len(told) - 1) + [False]
    assert max(len(json.dumps(frame, separators=(",", ":"))) for frame in told) < 32 * 1024


def test_an_event_larger_than_a_frame_comes_without_its_data(table: str, sockets: Sockets, journal: Journal) -> None:
    kept("one")
    journal.entries = [entry(1), entry(2, note="x" * model.LONGEST_FRAME), entry(3)]
    say({"action": "subscribe", "orderId": "o"})
    told = [one for frame in sockets.frames() for one in frame["items"]]
    assert [(one["sequence"], one.get("partial", False)) for one in told] == [(1, False), (2, True), (3, False)]


def test_a_customer_hears_of_their_order_anyway_and_nothing_is_kept(
    table: str, sockets: Sockets, journal: Journal
) -> None:
    kept("one")
    say({"action": "subscribe", "orderId": "o"})
    assert heard_by("ORDER#o") == []
    assert len(journal.reads) == 1


def test_staff_listen_first_and_read_then_so_that_nothing_falls_between(
    table: str, sockets: Sockets, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that happens as soon as the subscription stands is pushed, or read, or both."""
    kept("one", user="cook")
    subscribe = connection_store.subscribe

    def and_then_it_happens(*arguments: Any) -> None:
        journal.entries.append(entry(4))
        subscribe(*arguments)

    monkeypatch.setattr(connection_store, "subscribe", and_then_it_happens)
    say({"action": "subscribe", "orderId": "o", "after": 2}, COOK)
    assert heard_by("ORDER#o") == ["one"]
    assert [one["sequence"] for frame in sockets.frames() for one in frame["items"]] == [3, 4]


@pytest.mark.parametrize("caller", [BOB, COURIER])
def test_somebody_else_s_order_is_refused_and_nothing_is_kept(table: str, sockets: Sockets, caller: Caller) -> None:
    kept("one", user=caller.user_id)
    say({"action": "subscribe", "orderId": "o"}, caller)
    (frame,) = sockets.frames()
    assert (frame["type"], frame["code"], frame["orderId"]) == ("error", "not-found", "o")
    assert "items" not in frame
    assert heard_by("ORDER#o") == []


def test_a_refused_subscription_is_logged(table: str, sockets: Sockets, caplog: pytest.LogCaptureFixture) -> None:
    kept("one", user="bob")
    say({"action": "subscribe", "orderId": "o"}, BOB)
    logged = caplog.records[-1].__dict__
    assert (logged["code"], logged["user_id"], logged["order_id"]) == ("not-found", "bob", "o")


@pytest.mark.parametrize(("caller", "allowed"), [(COOK, True), (ADMIN, True), (ALICE, False), (COURIER, False)])
def test_only_its_staff_and_admins_listen_to_a_restaurant(
    table: str, sockets: Sockets, caller: Caller, allowed: bool
) -> None:
    kept("one", user=caller.user_id)
    say({"action": "subscribe", "restaurantId": "noodles"}, caller)
    (frame,) = sockets.frames()
    assert (frame["type"], frame.get("code")) == (("subscribed", None) if allowed else ("error", "forbidden"))
    assert heard_by("RESTAURANT#noodles") == (["one"] if allowed else [])


def test_staff_of_another_restaurant_do_not(table: str, sockets: Sockets) -> None:
    kept("one", user="cook")
    say({"action": "subscribe", "restaurantId": "dumplings"}, COOK)
    assert sockets.frames()[0]["code"] == "forbidden"


def test_whoever_unsubscribes_hears_no_more(table: str, sockets: Sockets) -> None:
    kept("one", user="cook")
    for action in ("subscribe", "unsubscribe"):
        say({"action": action, "restaurantId": "noodles"}, COOK)
        say({"action": action, "orderId": "o"}, COOK)
    assert [frame["type"] for frame in sockets.frames()] == ["subscribed"] * 2 + ["unsubscribed"] * 2
    assert heard_by("RESTAURANT#noodles") + heard_by("ORDER#o") == []


def test_a_ping_is_answered_with_the_time(table: str, sockets: Sockets) -> None:
    kept("one")
    say({"action": "ping"})
    (frame,) = sockets.frames()
    assert frame["type"] == "pong"
    assert frame["at"].endswith("Z")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hello", "malformed"),
        ("", "malformed"),
        ("[]", "malformed"),
        ("null", "malformed"),
        ("\ud800", "malformed"),
        ("[" * 4_000, "malformed"),
        ('{"action": "subscribe"', "malformed"),
        ({"action": "fly"}, "unknown-action"),
        ({"action": ["subscribe"]}, "unknown-action"),
        ({"action": "$disconnect"}, "unknown-action"),
        ({}, "unknown-action"),
        ({"action": "subscribe"}, "invalid"),
        ({"action": "subscribe", "orderId": "o", "restaurantId": "noodles"}, "invalid"),
        ({"action": "subscribe", "orderId": ""}, "invalid"),
        ({"action": "subscribe", "orderId": 7}, "invalid"),
        ({"action": "subscribe", "orderId": "o", "after": -1}, "invalid"),
        ({"action": "subscribe", "orderId": "o", "after": "1"}, "invalid"),
        ({"action": "subscribe", "orderId": "o", "userId": "bob"}, "invalid"),
        ({"action": "ping", "note": "x" * 4_096}, "too-large"),
        ({"action": "subscribe", "orderId": "unknown"}, "not-found"),
    ],
)
def test_what_means_nothing_is_refused_by_name_and_the_connection_stays(
    table: str, sockets: Sockets, said: Any, code: str
) -> None:
    kept("one")
    say(said)
    (frame,) = sockets.frames()
    assert (frame["type"], frame["code"]) == ("error", code)
    assert frame["detail"]
    assert sockets.closed == []


def test_a_burst_is_heard_and_what_comes_on_top_must_wait(
    table: str, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1_795_262_400_000
    monkeypatch.setattr("yafdp.notifications.subscriptions.epoch_milliseconds", lambda: clock)
    kept("one", left=10**9)
    for _ in range(frames.BURST + 1):
        say({"action": "ping"})
    told = sockets.frames()
    assert [frame["type"] for frame in told] == ["pong"] * frames.BURST + ["error"]
    assert told[-1]["code"] == "rate-limited"
    assert 0 < told[-1]["retryAfter"] <= frames.SPACING / 1000
    clock += round(told[-1]["retryAfter"] * 1000)
    say({"action": "ping"})
    assert sockets.frames()[-1]["type"] == "pong"


def test_a_client_that_does_not_mend_its_ways_is_disconnected(table: str, sockets: Sockets) -> None:
    kept("one")
    for _ in range(frames.MOST_REFUSALS - 1):
        say("nonsense")
    assert sockets.closed == []
    say("nonsense")
    assert sockets.closed == ["one"]
    assert heard_by("USER#alice") == []


@pytest.mark.parametrize("left", [0, None])
def test_nobody_is_heard_after_the_session(table: str, sockets: Sockets, left: int | None) -> None:
    """The row's time is over, or the row is gone altogether."""
    if left is not None:
        kept("one", left=left)
    say({"action": "subscribe", "orderId": "o"})
    assert [frame["code"] for frame in sockets.frames()] == ["session-ended"]
    assert sockets.closed == ["one"]


def test_a_connection_listens_to_so_much_and_no_more(table: str, sockets: Sockets) -> None:
    (connection,) = kept("one", user="cook")
    for number in range(frames.MOST_TOPICS):
        connection_store.subscribe(connection, f"ORDER#{number}", frames.MOST_TOPICS)
    say({"action": "subscribe", "restaurantId": "noodles"}, COOK)
    assert sockets.frames()[0]["code"] == "too-many-subscriptions"
    assert heard_by("RESTAURANT#noodles") == []


def test_subscribing_again_counts_once(table: str, sockets: Sockets) -> None:
    kept("one", user="cook")
    for _ in range(3):
        say({"action": "subscribe", "restaurantId": "noodles"}, COOK)
    assert heard_by("RESTAURANT#noodles") == ["one"]
    assert {frame["type"] for frame in sockets.frames()} == {"subscribed"}


def test_a_subscription_that_meets_its_connection_s_end_leaves_nothing(table: str) -> None:
    (connection,) = kept("one", user="cook")
    connection_store.drop_connection(connection)
    with pytest.raises(connection_store.NoSuchConnection):
        connection_store.subscribe(connection, "RESTAURANT#noodles", 50)
    assert heard_by("RESTAURANT#noodles") == []


def test_if_ordering_does_not_answer_the_client_learns_when_to_ask_again(
    table: str, sockets: Sockets, journal: Journal
) -> None:
    kept("one")
    journal.down = True
    say({"action": "subscribe", "orderId": "o"})
    (frame,) = sockets.frames()
    assert (frame["code"], frame["retryAfter"], frame["orderId"]) == ("unavailable", 1, "o")
    assert "ordering" not in json.dumps(frame)


def test_a_client_that_left_before_its_answer_is_forgotten(table: str, sockets: Sockets) -> None:
    kept("one")
    sockets.gone = {"one"}
    say({"action": "ping"})
    assert heard_by("USER#alice") == []


def test_the_rate_is_one_connection_s_own(table: str, sockets: Sockets) -> None:
    (one, two) = kept("one", "two")
    for _ in range(frames.BURST):
        frame_store.count_frame(one, 1_000)
    with pytest.raises(frame_store.TooFast):
        frame_store.count_frame(one, 1_000)
    assert frame_store.count_frame(two, 1_000).expires_at == two.expires_at
