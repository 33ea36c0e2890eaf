"""What `make resume` shows and does."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations import executions, resume
from operations.console import OperationError
from operations.dead_letters import DeployedStack
from operations.target import Target

MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:stack-order-saga"
ARN = f"{MACHINE.replace('stateMachine', 'execution')}:saga-1"
CAUSE = json.dumps({"errorType": "Unavailable", "errorMessage": "pricing failed"})


class States:
    """Step Functions with one execution that failed; a redrive ends it as `then` says."""

    def __init__(self, then: str = "SUCCEEDED", kind: str = "Task", refusal: str | None = None) -> None:
        self._then, self._kind, self._refusal = then, kind, refusal
        self.redriven: list[str] = []
        self.execution: dict[str, Any] = {
            "executionArn": ARN,
            "stateMachineArn": MACHINE,
            "name": "saga-1",
            "status": "FAILED",
            "input": json.dumps({"x": [1, {"orderId": "order-1"}]}),
            "error": "Unavailable",
            "cause": CAUSE,
            "stopDate": datetime.now(UTC) - timedelta(minutes=5),
        }

    def describe_state_machine(self, stateMachineArn: str) -> dict[str, str]:  # noqa: N803  boto3's names
        return {"type": "STANDARD" if stateMachineArn == MACHINE else "EXPRESS"}

    def list_executions(self, stateMachineArn: str, statusFilter: str, maxResults: int) -> Any:  # noqa: N803
        assert stateMachineArn == MACHINE
        return {"executions": [self.execution] if self.execution["status"] == statusFilter else []}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return dict(self.execution)

    def get_execution_history(self, **_: Any) -> dict[str, Any]:
        entered = {"type": f"{self._kind}StateEntered", "stateEnteredEventDetails": {"name": "Settle"}}
        return {"events": [{"type": "ExecutionFailed"}, entered]}

    def redrive_execution(self, executionArn: str) -> None:  # noqa: N803
        if self._refusal:
            raise ClientError({"Error": {"Code": self._refusal, "Message": "too old"}}, "RedriveExecution")
        self.redriven.append(executionArn)
        self.execution["status"] = self._then


def run(states: States, *words: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    machines = {"OrderSaga": MACHINE, "Prepare": "arn:express"}
    monkeypatch.setattr(DeployedStack, "of_type", lambda *_: machines)
    monkeypatch.setattr(executions, "_LOOK", 0.001)
    monkeypatch.setattr(executions, "_WAIT", 0.05)
    target = Target("stack", "eu-central-1")
    target._clients["stepfunctions"] = states
    parser = argparse.ArgumentParser()
    resume.arguments(parser)
    return resume.run(parser.parse_args(list(words)), target)


def test_alone_it_lists_what_ended_badly_with_order_state_and_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    states = States()
    assert run(states, monkeypatch=monkeypatch)
    told = capsys.readouterr().out
    assert "stack-order-saga  order-1  5 min  Settle  FAILED Unavailable: pricing failed  saga-1" in told
    assert states.redriven == []


def test_alone_it_says_that_nothing_is_stuck(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    states = States()
    states.execution["status"] = "SUCCEEDED"
    assert run(states, monkeypatch=monkeypatch)
    assert capsys.readouterr().out == "nothing is stuck in stack in eu-central-1\n"


@pytest.mark.parametrize("name", ["saga-1", "order-1", ARN])
def test_an_execution_goes_on_by_its_name_its_order_or_its_arn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    states = States()
    assert run(states, name, monkeypatch=monkeypatch)
    assert states.redriven == [ARN]


@pytest.mark.parametrize("name", ["saga", "-", "order-2"])
def test_a_name_that_nothing_has_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    states = States()
    states.execution["input"] = "not json"
    with pytest.raises(OperationError, match="`make resume` alone lists"):
        run(states, "--", name, monkeypatch=monkeypatch)
    assert states.redriven == []


def test_one_that_fails_again_is_told_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert not run(States(then="TIMED_OUT"), "order-1", monkeypatch=monkeypatch)
    told = capsys.readouterr().out
    assert "saga-1 goes on from Settle" in told
    assert "saga-1 ended badly again in Settle: TIMED_OUT" in told


def test_one_that_takes_its_time_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(States(then="RUNNING"), "order-1", monkeypatch=monkeypatch)
    assert "still runs" in capsys.readouterr().out


def test_one_that_cannot_go_on_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperationError, match="saga-1 cannot go on: too old"):
        run(States(refusal="ExecutionNotRedrivable"), "order-1", monkeypatch=monkeypatch)
    with pytest.raises(ClientError):
        run(States(refusal="AccessDenied"), "order-1", monkeypatch=monkeypatch)


def test_one_that_ended_in_a_fail_state_is_not_sent_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    states = States(kind="Fail")
    with pytest.raises(OperationError, match="ended in the Fail state Settle, and would end there again"):
        run(states, "order-1", monkeypatch=monkeypatch)
    assert states.redriven == []
