"""State machines do what the Amazon States Language says."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator, eventually
from tests.emulator.machines import ANSWERS, FAILS, WAIT, Machine, State, caught, history, task

CAUGHT: State = {"Type": "Pass", "End": True}


def test_starting_twice_with_the_same_name_and_input_starts_once(bridged: Emulator) -> None:
    machine = Machine(bridged, Wait=WAIT)
    assert machine.start({"n": 1}, name="order") == machine.start({"n": 1}, name="order")
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machine.start({"n": 2}, name="order")


def test_upstream_still_refuses_a_repeated_start(bare: Emulator) -> None:
    """If this fails, upstream has idempotent starts: see how much of local/emulator/state_machines.py can go."""
    machine = Machine(bare, Wait=WAIT)
    machine.start({"n": 1}, name="order")
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machine.start({"n": 1}, name="order")


def test_an_execution_that_takes_longer_than_its_machine_allows_times_out(bridged: Emulator) -> None:
    machine = Machine(bridged, limit=1, Wait=WAIT)
    assert machine.run()["status"] == "TIMED_OUT"


def test_upstream_still_ignores_a_machine_s_time_limit(bare: Emulator) -> None:
    """If this fails, upstream has machine timeouts: see how much of local/emulator/state_machines.py can go."""
    machine = Machine(bare, limit=1, Wait=WAIT | {"Seconds": 2})
    assert machine.run()["status"] == "SUCCEEDED"


def test_an_execution_that_was_stopped_stays_aborted_when_its_task_fails_later(bridged: Emulator) -> None:
    slow = "import time\ndef handler(event, context):\n    time.sleep(0.5)\n    raise ValueError\n"
    machine = Machine(bridged, Task=task(bridged, slow, Next="Last", End=False), Last=WAIT)
    execution = machine.start()
    eventually(lambda: "TaskScheduled" in [e["type"] for e in history(machine, execution)])
    machine.client.stop_execution(executionArn=execution)
    eventually(lambda: "TaskFailed" in [e["type"] for e in history(machine, execution)])
    assert machine.describe(execution)["status"] == "ABORTED"


def test_a_function_s_error_is_caught_by_its_name(bridged: Emulator) -> None:
    machine = Machine(bridged, Task=task(bridged, FAILS, **caught("NoCourier")), Caught=CAUGHT)
    assert machine.output()["Error"] == "NoCourier"


def test_a_function_s_error_in_a_task_with_a_token_is_the_task_s_error(bridged: Emulator) -> None:
    machine = Machine(bridged, Task=task(bridged, FAILS, token=True, **caught("NoCourier")), Caught=CAUGHT)
    assert machine.output()["Error"] == "NoCourier"


def test_upstream_still_swallows_a_function_s_error_in_a_task_with_a_token(bare: Emulator) -> None:
    """If this fails, upstream reports it: see how much of local/emulator/task_states.py can go."""
    waits = task(bare, FAILS, token=True, TimeoutSeconds=1, **caught("States.Timeout"))
    assert Machine(bare, Task=waits, Caught=CAUGHT).output()["Error"] == "States.Timeout"


def test_a_task_that_does_not_beat_in_time_fails(bridged: Emulator) -> None:
    silent = task(
        bridged, ANSWERS, token=True, HeartbeatSeconds=1, TimeoutSeconds=9, **caught("States.HeartbeatTimeout")
    )
    assert Machine(bridged, Task=silent, Caught=CAUGHT).output()["Error"] == "States.HeartbeatTimeout"


def test_upstream_still_ignores_heartbeats(bare: Emulator) -> None:
    """If this fails, upstream has HeartbeatSeconds: see how much of local/emulator/task_states.py can go."""
    silent = task(bare, ANSWERS, token=True, HeartbeatSeconds=1, TimeoutSeconds=2, **caught("States.Timeout"))
    assert Machine(bare, Task=silent, Caught=CAUGHT).output()["Error"] == "States.Timeout"


def test_heartbeats_keep_a_task_waiting_and_its_callback_ends_it(bridged: Emulator) -> None:
    url, _ = bridged.queue()
    tells = f"""
import boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={url!r}, MessageBody=event["token"])
"""
    machine = Machine(bridged, Task=task(bridged, tells, token=True, HeartbeatSeconds=3))
    execution = machine.start()
    (token,) = eventually(lambda: bridged.receive(url))
    for _ in range(4):
        time.sleep(1)
        machine.client.send_task_heartbeat(taskToken=token)
    machine.client.send_task_success(taskToken=token, output='{"courier": 7}')
    assert json.loads(machine.end(execution)["output"]) == {"courier": 7}


def test_a_task_s_time_limit_can_be_an_expression(bridged: Emulator) -> None:
    limited = task(bridged, ANSWERS, token=True, TimeoutSeconds="{% $states.input.limit %}", **caught("States.Timeout"))
    assert Machine(bridged, Task=limited, Caught=CAUGHT).output({"limit": 1})["Error"] == "States.Timeout"


def test_a_retrier_s_ceiling_bounds_its_delay(bridged: Emulator) -> None:
    retry = {"ErrorEquals": ["NoCourier"], "IntervalSeconds": 60, "MaxDelaySeconds": 1, "MaxAttempts": 1}
    machine = Machine(bridged, Task=task(bridged, FAILS, Retry=[retry], **caught("NoCourier")), Caught=CAUGHT)
    assert machine.output()["Error"] == "NoCourier"


def test_a_parallel_state_has_arguments_output_and_assign(bridged: Emulator) -> None:
    branch = {"StartAt": "B", "States": {"B": {"Type": "Pass", "Output": "{% $states.input.n + 1 %}", "End": True}}}
    parallel = {
        "Type": "Parallel",
        "Arguments": {"n": "{% $states.input.n * 10 %}"},
        "Branches": [branch, branch],
        "Output": {"sum": "{% $sum($states.result) %}"},
        "Assign": {"first": "{% $states.result[0] %}"},
        "Next": "Last",
    }
    last = {"Type": "Pass", "Output": {"sum": "{% $states.input.sum %}", "first": "{% $first %}"}, "End": True}
    assert Machine(bridged, Parallel=parallel, Last=last).output({"n": 2}) == {"sum": 42, "first": 21}


def test_upstream_still_ignores_a_parallel_state_s_output(bare: Emulator) -> None:
    """If this fails, upstream has JSONata there: see how much of local/emulator/parallel_states.py can go."""
    branch = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    parallel = {"Type": "Parallel", "Branches": [branch], "Output": "{% 'ours' %}", "End": True}
    assert Machine(bare, Parallel=parallel).output(1) == [1]


def test_variables_of_one_branch_are_not_those_of_another(bridged: Emulator) -> None:
    def branch(word: str) -> State:
        sets = {"Type": "Pass", "Assign": {"word": word}, "Next": "Wait"}
        wait = {"Type": "Wait", "Seconds": 1, "Next": "Tell"}
        tells = {"Type": "Pass", "Output": "{% $word %}", "End": True}
        return {"StartAt": "Set", "States": {"Set": sets, "Wait": wait, "Tell": tells}}

    parallel = {"Type": "Parallel", "Branches": [branch("one"), branch("two")], "End": True}
    assert Machine(bridged, Parallel=parallel).output() == ["one", "two"]


def test_the_first_failed_branch_fails_the_parallel_state_and_stops_the_others(bridged: Emulator) -> None:
    fails = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "NoCourier"}}}
    token = task(bridged, ANSWERS, token=True, TimeoutSeconds=60)
    waits = {"StartAt": "W", "States": {"W": token}}
    parallel = {"Type": "Parallel", "Branches": [waits, fails], "End": True} | caught("NoCourier")
    assert Machine(bridged, Parallel=parallel, Caught=CAUGHT).output()["Error"] == "NoCourier"


def test_an_express_machine_s_output_is_read_with_jsonata(bridged: Emulator) -> None:
    child = Machine(
        bridged, kind="EXPRESS", Double={"Type": "Pass", "Output": "{% $states.input.n * 2 %}", "End": True}
    )
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Arguments": {"StateMachineArn": child.arn, "Input": "{% $string({'n': 21}) %}"},
        "Output": "{% {'status': $states.result.Status, 'value': $parse($states.result.Output)} %}",
        "End": True,
    }
    assert Machine(bridged, Call=call).output() == {"status": "SUCCEEDED", "value": 42}


def test_an_express_machine_s_failure_is_a_result_that_names_the_error(bridged: Emulator) -> None:
    child = Machine(bridged, kind="EXPRESS", Fail={"Type": "Fail", "Error": "NoCourier", "Cause": "none"})
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Arguments": {"StateMachineArn": child.arn},
        "Output": "{% [$states.result.Status, $states.result.Error, $states.result.Cause] %}",
        "End": True,
    }
    assert Machine(bridged, Call=call).output() == ["FAILED", "NoCourier", "none"]


def test_a_nested_execution_that_fails_is_a_failed_task(bridged: Emulator) -> None:
    child = Machine(bridged, Fail={"Type": "Fail", "Error": "NoCourier", "Cause": "none"})
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": child.arn},
        "End": True,
    } | caught("States.TaskFailed")
    error = Machine(bridged, Call=call, Caught=CAUGHT).output()
    assert json.loads(error["Cause"])["Error"] == "NoCourier"


@pytest.mark.parametrize("expression", ["{% $error('no') %}", "{% $states.input.missing %}", "{% 'a' * 2 %}"])
def test_an_expression_that_fails_is_caught_as_such(bridged: Emulator, expression: str) -> None:
    state = task(bridged, ANSWERS, Output=expression, **caught("States.QueryEvaluationError"))
    machine = Machine(bridged, Task=state, Caught=CAUGHT)
    assert machine.output({})["Error"] == "States.QueryEvaluationError"
