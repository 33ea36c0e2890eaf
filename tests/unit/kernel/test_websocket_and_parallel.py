"""What gateways tell of a caller, and work that is done side by side."""

import threading
from typing import Any

import pytest

from yafdp.kernel import websocket
from yafdp.kernel.caller import Caller, of_claims
from yafdp.kernel.context import Correlation, correlated, current
from yafdp.kernel.parallel import each_in_parallel

CLAIMS = {"sub": "alice", "origin_jti": "session", "auth_time": "1795262300", "exp": "1795265900"}


@pytest.mark.parametrize("written", ["1795265900", 1795265900, "Sat Nov 21 12:58:20 UTC 2026"])
def test_a_session_s_end_is_read_however_the_gateway_writes_it(written: Any) -> None:
    assert of_claims(CLAIMS | {"exp": written}).session_ends == 1795265900


def test_all_tokens_of_a_sign_in_are_of_one_session() -> None:
    assert of_claims(CLAIMS).session_id == of_claims(CLAIMS | {"exp": "1795269500"}).session_id == "session"
    assert of_claims({"sub": "alice", "auth_time": "1795262300"}).session_id == "1795262300"


@pytest.mark.parametrize(
    "caller",
    [Caller("alice"), Caller("cook", frozenset({"staff", "early"}), "noodles", "session", 1795265900)],
)
def test_whom_the_authorizer_let_in_is_who_speaks(caller: Caller) -> None:
    admitted = websocket.admission({"methodArn": "arn"}, caller)
    assert all(isinstance(value, str) for value in admitted["context"].values())
    event = {"requestContext": {"authorizer": admitted["context"] | {"principalId": "p"}}}
    assert websocket.caller(event) == caller


def test_whoever_is_not_let_in_gets_a_refusal_and_no_name() -> None:
    refused = websocket.admission({"methodArn": "arn"}, None)
    assert refused["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    assert (refused["principalId"], refused["context"]) == ("nobody", {})


def test_what_each_item_came_to_stands_in_its_place() -> None:
    def halve(number: int) -> int:
        if number % 2:
            raise ValueError(number)
        return number // 2

    ends = each_in_parallel(halve, range(6), 3)
    assert [end if isinstance(end, int) else type(end).__name__ for end in ends] == [
        0,
        "ValueError",
        1,
        "ValueError",
        2,
        "ValueError",
    ]


def test_items_are_worked_on_at_once_but_never_more_than_allowed() -> None:
    barrier = threading.Barrier(3)
    lock = threading.Lock()
    at_work, most = 0, 0

    def work(_: int) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        barrier.wait(timeout=10)
        with lock:
            at_work -= 1

    assert each_in_parallel(work, range(6), 3) == [None] * 6
    assert most == 3


def test_work_elsewhere_is_done_under_the_same_correlation() -> None:
    with correlated(Correlation("story")):
        assert each_in_parallel(lambda _: current().correlation_id, range(4), 2) == ["story"] * 4
