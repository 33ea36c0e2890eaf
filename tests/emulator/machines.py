"""State machines for tests, and what they run."""

import json
from typing import Any

from tests.emulator.emulator import ROLE, Emulator, eventually, unique

State = dict[str, Any]
WAIT: State = {"Type": "Wait", "Seconds": 5, "End": True}
FAILS = "class NoCourier(Exception): pass\ndef handler(event, context):\n    raise NoCourier('none')\n"
ANSWERS = "def handler(event, context):\n    return event\n"


class Machine:
    """A state machine of one state, or of several that begin with the first."""

    def __init__(
        self, emulator: Emulator, *, kind: str = "STANDARD", limit: int | None = None, **states: State
    ) -> None:
        self.client = emulator.client("stepfunctions")
        definition: State = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        definition |= {"TimeoutSeconds": limit} if limit else {}
        self.arn: str = self.client.create_state_machine(
            name=unique("machine"), definition=json.dumps(definition), roleArn=ROLE, type=kind
        )["stateMachineArn"]

    def start(self, data: Any = None, **settings: Any) -> str:
        arn: str = self.client.start_execution(stateMachineArn=self.arn, input=json.dumps(data), **settings)[
            "executionArn"
        ]
        return arn

    def describe(self, execution: str) -> dict[str, Any]:
        described: dict[str, Any] = self.client.describe_execution(executionArn=execution)
        return described

    def end(self, execution: str) -> dict[str, Any]:
        """The execution, once it has ended."""

        def look() -> dict[str, Any] | None:
            described = self.describe(execution)
            return None if described["status"] == "RUNNING" else described

        described = eventually(look)
        assert described is not None
        return described

    def run(self, data: Any = None) -> dict[str, Any]:
        return self.end(self.start(data))

    def output(self, data: Any = None) -> Any:
        described = self.run(data)
        assert described["status"] == "SUCCEEDED", described
        return json.loads(described["output"])


def task(emulator: Emulator, code: str, *, token: bool = False, **fields: Any) -> State:
    """A Task that invokes a function of this code."""
    payload = {"token": "{% $states.context.Task.Token %}"} if token else "{% $states.input %}"
    resource = "arn:aws:states:::lambda:invoke" + (".waitForTaskToken" if token else "")
    arguments = {"FunctionName": emulator.function(code), "Payload": payload}
    return {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True} | fields


def caught(error: str) -> State:
    """Fields that send one error, and no other, to the state `Caught`."""
    return {"Catch": [{"ErrorEquals": [error], "Output": "{% $states.errorOutput %}", "Next": "Caught"}]}


def history(machine: Machine, execution: str) -> list[dict[str, Any]]:
    """The execution's events, oldest first."""
    events: list[dict[str, Any]] = machine.client.get_execution_history(executionArn=execution)["events"]
    return events
