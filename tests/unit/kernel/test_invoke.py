"""The internal API's caller: a refusal is an answer, everything else is "not available" without inner details."""

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from yafdp.kernel import invoke as module
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.invoke import Refused, invoke
from yafdp.kernel.messages import Message
from yafdp.kernel.task import internal_api


class Sum(Message, frozen=True):
    total: int


def answering(monkeypatch: pytest.MonkeyPatch, payload: bytes = b"null", **extra: Any) -> None:
    class Lambda:
        def invoke(self, **_: Any) -> dict[str, Any]:
            if "error" in extra:
                raise extra["error"]
            return {"Payload": io.BytesIO(payload)} | extra

    monkeypatch.setattr(module, "client", lambda *_, **__: Lambda())


def test_an_answer_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, b'{"result": {"total": 3}}')
    assert invoke("f", {}, Sum) == Sum(total=3)


def test_a_refusal_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, b'{"refused": {"errorType": "UnknownItem", "errorMessage": "no such item"}}')
    with pytest.raises(Refused) as refusal:
        invoke("f", {}, Sum)
    assert refusal.value.error == "UnknownItem"


THROTTLE = ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "slow down"}}, "Invoke")


@pytest.mark.parametrize(
    "failure",
    [
        {"payload": b'{"errorType": "KeyError", "errorMessage": "secret"}', "FunctionError": "Unhandled"},
        {"payload": b"nonsense"},
        {"payload": b"{}"},
        {"payload": b'{"result": {"total": "three"}}'},
        {"error": THROTTLE},
        {"error": ReadTimeoutError(endpoint_url="https://lambda")},
    ],
    ids=["crash", "not json", "nothing", "wrong shape", "throttle", "timeout"],
)
def test_any_failure_of_the_callee_is_unavailable_and_leaks_nothing(
    monkeypatch: pytest.MonkeyPatch, failure: dict[str, Any]
) -> None:
    answering(monkeypatch, **failure)
    with pytest.raises(Unavailable) as refusal:
        invoke("f", {}, Sum)
    assert "secret" not in str(refusal.value)


def test_the_door_of_an_internal_api_answers_refusals_instead_of_raising() -> None:
    def refuse(_: Sum) -> Sum:
        raise Refused("UnknownItem", "no such item")

    from tests.unit.kernel.test_queue import Context

    event = {"correlationId": "s", "command": {"total": 1}}
    assert internal_api(Sum, refuse)(event, Context()) == {
        "refused": {"errorType": "Refused", "errorMessage": "no such item"}
    }
