"""Executions of the stack's Standard state machines that ended badly, and how they go on."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from operations.console import OperationError, Say
from operations.dead_letters import DeployedStack
from operations.stuck import Stuck

_STATUSES = ("FAILED", "TIMED_OUT", "ABORTED")
_MOST = 100  # of each machine and status, the newest first
_LOOK = 1.0  # seconds between two looks at an execution that goes on
_WAIT = 60.0  # seconds: how long its end is waited for
_LONGEST = 200  # characters of a cause


def stuck(stack: DeployedStack) -> Iterator[Stuck]:
    """The executions that ended badly, and could go on."""
    states = stack.target.client("stepfunctions")
    for machine in stack.of_type("AWS::StepFunctions::StateMachine").values():
        if states.describe_state_machine(stateMachineArn=machine)["type"] != "STANDARD":
            continue
        for status in _STATUSES:
            answer = states.list_executions(stateMachineArn=machine, statusFilter=status, maxResults=_MOST)
            for listed in answer["executions"]:
                yield _Execution(states, listed["executionArn"]).as_stuck()


class _Execution:
    """One execution, and what is known of it."""

    def __init__(self, states: Any, arn: str) -> None:
        self._states, self._arn = states, arn
        self._described: dict[str, Any] = states.describe_execution(executionArn=arn)

    def as_stuck(self) -> Stuck:
        order = self._order()
        ended: datetime = self._described["stopDate"]
        return Stuck(
            kind=self._described["stateMachineArn"].rsplit(":", 1)[1],
            name=self._described["name"],
            names=frozenset({self._arn, self._described["name"], order}),
            order=order,
            since=ended,
            where=self._last_state()[0],
            why=self._why(),
            resume=self._go_on,
        )

    def _order(self) -> str:
        try:
            return _order_in(json.loads(self._described.get("input", "{}"))) or "-"
        except ValueError:
            return "-"

    def _why(self) -> str:
        """Its error in one line. A function's error comes as JSON, of which the message says most."""
        status, error, cause = (str(self._described.get(key) or "") for key in ("status", "error", "cause"))
        try:
            cause = str(json.loads(cause)["errorMessage"])
        except (ValueError, KeyError, TypeError):
            cause = cause.split("\n", 1)[0]
        told = ": ".join(part for part in (error, cause) if part)
        return f"{status} {told}".strip()[:_LONGEST]

    def _last_state(self) -> tuple[str, str]:
        """The name and type of the state that it was in."""
        events = self._states.get_execution_history(
            executionArn=self._arn, reverseOrder=True, includeExecutionData=False
        )["events"]
        for event in events:
            if entered := event.get("stateEnteredEventDetails"):
                return entered["name"], event["type"].removesuffix("StateEntered")
        return "-", "-"

    def _go_on(self, say: Say) -> bool:
        name, (state, kind) = self._described["name"], self._last_state()
        if kind == "Fail":
            raise OperationError(
                f"{name} ended in the Fail state {state}, and would end there again; undo or repeat its work by hand"
            )
        try:
            self._states.redrive_execution(executionArn=self._arn)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionNotRedrivable":
                raise
            reason = error.response["Error"].get("Message", "Step Functions gives no reason")
            raise OperationError(f"{name} cannot go on: {reason}") from error
        say(f"{name} goes on from {state}")
        return self._ended_well(say)

    def _ended_well(self, say: Say) -> bool:
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            self._described = self._states.describe_execution(executionArn=self._arn)
            if self._described["status"] == "SUCCEEDED":
                say(f"{self._described['name']} succeeded")
                return True
            if self._described["status"] != "RUNNING":
                say(f"{self._described['name']} ended badly again in {self._last_state()[0]}: {self._why()}")
                return False
            time.sleep(_LOOK)
        say(f"{self._described['name']} still runs after {_WAIT:.0f} s, in {self._last_state()[0]}; look again later")
        return True


def _order_in(value: Any) -> str | None:
    """The first `orderId` in a machine's input, however deep it is."""
    if isinstance(value, list):
        return next((found for inner in value if (found := _order_in(inner))), None)
    if not isinstance(value, dict):
        return None
    return str(value["orderId"]) if "orderId" in value else _order_in(list(value.values()))
