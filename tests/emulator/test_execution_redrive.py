"""An execution that failed goes on where it failed."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator, eventually
from tests.emulator.machines import ANSWERS, WAIT, Machine, State, caught, history, task
from tests.faults import fault


def types(machine: Machine, execution: str) -> list[str]:
    """The types of the execution's events, oldest first."""
    return [event["type"] for event in history(machine, execution)]


class Broken:
    """A machine whose second state fails once, after the first has set a variable."""

    def __init__(self, emulator: Emulator, **fields: Any) -> None:
        state = task(emulator, ANSWERS, **fields)
        state["Arguments"]["Payload"] = "{% [$states.input.n, $word] %}"
        self.emulator, self.function = emulator, state["Arguments"]["FunctionName"]
        first: State = {"Type": "Pass", "Assign": {"word": "{% $states.input.word %}"}, "Next": "Task"}
        self.machine = Machine(emulator, First=first | {"Output": "{% {'n': $states.input.n + 1} %}"}, Task=state)

    def fail(self, **settings: Any) -> str:
        with fault(self.emulator, self.function, kind="error"):
            execution = self.machine.start({"n": 1, "word": "pizza"}, **settings)
            assert self.machine.end(execution)["status"] == "FAILED"
        return execution

    def redrive(self, execution: str, **settings: Any) -> dict[str, Any]:
        """The execution, once it has ended again."""
        self.machine.client.redrive_execution(executionArn=execution, **settings)
        return self.machine.end(execution)


def test_it_goes_on_with_the_failed_state_s_input_and_variables(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    described = broken.redrive(execution)
    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"])["Payload"] == [2, "pizza"]
    assert "error" not in described


def test_what_had_succeeded_is_kept_in_the_history_and_not_run_again(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    before = types(broken.machine, execution)
    broken.redrive(execution)
    after = types(broken.machine, execution)
    assert after[: len(before)] == before
    assert after[len(before) : len(before) + 2] == ["ExecutionRedriven", "TaskStateEntered"]
    assert after.count("PassStateEntered") == 1
    assert [event["id"] for event in history(broken.machine, execution)] == list(range(1, len(after) + 1))


def test_the_description_counts_redrives_and_says_whether_there_can_be_one(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    described = broken.machine.describe(execution)
    assert (described["redriveCount"], described["redriveStatus"]) == (0, "REDRIVABLE")
    assert "redriveDate" not in described
    described = broken.redrive(execution)
    assert (described["redriveCount"], described["redriveStatus"]) == (1, "NOT_REDRIVABLE")
    assert described["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    (listed,) = broken.machine.client.list_executions(stateMachineArn=broken.machine.arn)["executions"]
    assert listed["redriveCount"] == 1
    assert listed["redriveDate"] == described["redriveDate"] > described["startDate"]


def test_it_can_fail_again_and_be_redriven_again(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    with fault(bridged, broken.function, kind="error", error="Again"):
        assert broken.redrive(execution)["error"] == "Again"
    assert broken.redrive(execution)["redriveCount"] == 2


def test_it_runs_under_the_definition_that_it_was_started_with(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    other = {"StartAt": "Task", "States": {"Task": {"Type": "Fail", "Error": "NewDefinition"}}}
    broken.machine.client.update_state_machine(stateMachineArn=broken.machine.arn, definition=json.dumps(other))
    assert broken.redrive(execution)["status"] == "SUCCEEDED"


def test_a_redrive_that_is_asked_for_twice_with_one_token_happens_once(bridged: Emulator) -> None:
    broken = Broken(bridged)
    execution = broken.fail()
    broken.redrive(execution, clientToken="same")
    broken.machine.client.redrive_execution(executionArn=execution, clientToken="same")
    assert broken.machine.describe(execution)["redriveCount"] == 1


def test_a_retrier_has_all_its_attempts_again(bridged: Emulator) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    broken = Broken(bridged, Retry=retry)
    execution = broken.fail()
    with fault(bridged, broken.function, kind="error", count=1):
        assert broken.redrive(execution)["status"] == "SUCCEEDED"


def test_one_that_was_stopped_goes_on_and_what_its_stopped_task_comes_to_is_ignored(bridged: Emulator) -> None:
    state = task(bridged, ANSWERS)
    machine = Machine(bridged, Task=state)
    with fault(bridged, state["Arguments"]["FunctionName"], kind="hold", count=1) as held:
        execution = machine.start({"n": 1})
        eventually(lambda: held.hits() == 1)
        machine.client.stop_execution(executionArn=execution)
        machine.client.redrive_execution(executionArn=execution)
        assert machine.end(execution)["status"] == "SUCCEEDED"
        events = types(machine, execution)
    assert events.count("TaskSucceeded") == 1
    bridged.invoke(state["Arguments"]["FunctionName"])  # by now the held one is through as well
    assert types(machine, execution) == events


def test_one_that_was_stopped_while_it_waited_does_nothing_when_the_wait_is_over(bridged: Emulator) -> None:
    machine = Machine(bridged, Wait=WAIT | {"Seconds": 1})
    stopped, later = machine.start({"n": 1}), machine.start({"n": 2})
    machine.client.stop_execution(executionArn=stopped)
    machine.end(later)
    assert machine.describe(stopped)["status"] == "ABORTED"
    assert types(machine, stopped)[-1] == "ExecutionAborted"


def test_one_that_timed_out_has_its_machine_s_time_again(bridged: Emulator) -> None:
    machine = Machine(bridged, limit=1, Wait=WAIT)
    execution = machine.start()
    assert machine.end(execution)["status"] == "TIMED_OUT"
    machine.client.redrive_execution(executionArn=execution)
    assert machine.describe(execution)["status"] == "RUNNING"
    assert machine.end(execution)["status"] == "TIMED_OUT"
    assert types(machine, execution).count("ExecutionTimedOut") == 2


def test_one_that_ended_in_a_fail_state_fails_there_again(bridged: Emulator) -> None:
    machine = Machine(bridged, Fail={"Type": "Fail", "Error": "NoCourier"})
    execution = machine.start()
    machine.end(execution)
    machine.client.redrive_execution(executionArn=execution)
    assert machine.end(execution)["error"] == "NoCourier"
    assert types(machine, execution).count("FailStateEntered") == 2


def test_one_that_runs_or_has_succeeded_cannot_be_redriven(bridged: Emulator) -> None:
    machine = Machine(bridged, Wait=WAIT | {"Seconds": 1})
    execution = machine.start()
    for status in ("RUNNING", "SUCCEEDED"):
        with pytest.raises(ClientError, match=f"Execution is {status}") as raised:
            machine.client.redrive_execution(executionArn=execution)
        assert raised.value.response["Error"]["Code"] == "ExecutionNotRedrivable"
        machine.end(execution)


def test_one_of_an_express_machine_cannot_be_redriven(bridged: Emulator) -> None:
    machine = Machine(bridged, kind="EXPRESS", Fail={"Type": "Fail", "Error": "NoCourier"})
    execution = machine.start()
    machine.end(execution)
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        machine.client.redrive_execution(executionArn=execution)


def test_one_that_does_not_exist_cannot_be_redriven(bridged: Emulator) -> None:
    machine = Machine(bridged, Wait=WAIT)
    missing = machine.arn.replace(":stateMachine:", ":execution:") + ":missing"
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        machine.client.redrive_execution(executionArn=missing)


def test_a_caught_error_is_no_failure_of_the_execution(bridged: Emulator) -> None:
    state = task(bridged, ANSWERS, **caught("Injected"))
    machine = Machine(bridged, Task=state, Caught={"Type": "Succeed"})
    with fault(bridged, state["Arguments"]["FunctionName"], kind="error"):
        execution = machine.start()
        assert machine.end(execution)["status"] == "SUCCEEDED"
    assert types(machine, execution)[-2:] == ["SucceedStateExited", "ExecutionSucceeded"]


@pytest.mark.parametrize(
    ("states", "cause"),
    [
        ({"Pass": {"Type": "Pass", "Next": "Nowhere"}}, "State 'Nowhere' not found in definition"),
        ({"Pass": {"Type": "Dance", "End": True}}, "Unknown state type: Dance"),
    ],
)
def test_a_definition_that_leads_nowhere_fails_the_execution(bridged: Emulator, states: State, cause: str) -> None:
    described = Machine(bridged, **states).run()
    assert (described["error"], described["cause"]) == ("States.Runtime", cause)


def test_upstream_still_knows_no_redrive(bare: Emulator) -> None:
    """If this fails, upstream has RedriveExecution: see whether local/emulator/execution_redrive.py can go."""
    machine = Machine(bare, Fail={"Type": "Fail", "Error": "NoCourier"})
    execution = machine.start()
    machine.end(execution)
    with pytest.raises(ClientError, match="InvalidAction"):
        machine.client.redrive_execution(executionArn=execution)
