"""A burst waits for its turn: here, for one execution environment a function and one slot for executions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import start, stop
from tests.emulator.emulator import Answer, Emulator, eventually
from tests.emulator.machines import ANSWERS, FAILS, Machine, State, history, task

TELLS_ITS_PROCESS = "import os, time\ndef handler(event, context):\n    time.sleep(0.6)\n    return os.getpid()\n"
TAKES_A_SECOND = "import time\ndef handler(event, context):\n    time.sleep(1)\n    return event\n"
LONG_WAIT: State = {"Type": "Wait", "Seconds": 60, "End": True}
PASS: State = {"Type": "Pass", "End": True}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator that does one thing at a time."""
    emulator = start(tmp_path_factory.mktemp("narrow"), YAFDP_SANDBOXES="1", YAFDP_EXECUTIONS="1")
    yield emulator
    stop(emulator)


def at_once(emulator: Emulator, name: str, number: int) -> list[Answer]:
    """The answers to so many simultaneous invocations."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda _: emulator.invoke(name), range(number)))


def test_invocations_wait_for_an_environment_instead_of_starting_another(narrow: Emulator) -> None:
    answers = at_once(narrow, narrow.function(TELLS_ITS_PROCESS), 3)
    assert len({answer.payload for answer in answers}) == 1


def test_the_wait_for_an_environment_does_not_count_against_the_function_s_timeout(narrow: Emulator) -> None:
    answers = at_once(narrow, narrow.function(TELLS_ITS_PROCESS, Timeout=1), 3)
    assert [answer.error for answer in answers] == [None] * 3


def test_upstream_still_starts_an_environment_for_each_simultaneous_invocation(bare: Emulator) -> None:
    """If this fails, upstream has a limit: see whether local/emulator/sandboxes.py is still needed."""
    answers = at_once(bare, bare.function(TELLS_ITS_PROCESS), 3)
    assert len({answer.payload for answer in answers}) == 3


def test_what_exceeds_reserved_concurrency_is_refused_and_does_not_wait(narrow: Emulator) -> None:
    name = narrow.function(TELLS_ITS_PROCESS)
    narrow.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        at_once(narrow, name, 2)


def test_an_environment_that_a_failing_function_used_is_free_again(narrow: Emulator) -> None:
    name = narrow.function(FAILS)
    assert [narrow.invoke(name).error for _ in range(2)] == ["Unhandled"] * 2


def runs_one_after_the_other(emulator: Emulator) -> bool:
    machine = Machine(emulator, Task=task(emulator, TAKES_A_SECOND))
    first, second = machine.start(), machine.start()
    ended = machine.end(first)["stopDate"]
    machine.end(second)
    return bool(history(machine, second)[1]["timestamp"] >= ended)


def test_an_execution_begins_when_the_one_before_it_has_ended(narrow: Emulator) -> None:
    assert runs_one_after_the_other(narrow)


def waits(emulator: Emulator, reason: str) -> State:
    """A state that waits for a minute."""
    retry = {"ErrorEquals": ["NoCourier"], "IntervalSeconds": 60}
    return {
        "a Wait state": LONG_WAIT,
        "a task token": task(emulator, ANSWERS, token=True, TimeoutSeconds=60),
        "a retry": task(emulator, FAILS, Retry=[retry]),
    }[reason]


@pytest.mark.parametrize("reason", ["a Wait state", "a task token", "a retry"])
def test_an_execution_that_waits_lets_others_go_on(narrow: Emulator, reason: str) -> None:
    waiting = Machine(narrow, Waits=waits(narrow, reason))
    execution = waiting.start()
    assert Machine(narrow, Pass=PASS).run()["status"] == "SUCCEEDED"
    assert waiting.describe(execution)["status"] == "RUNNING"
    waiting.client.stop_execution(executionArn=execution)


def test_an_execution_that_goes_on_comes_before_one_that_has_not_begun(narrow: Emulator) -> None:
    url, _ = narrow.queue()
    tells = f"""
import boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={url!r}, MessageBody=event["token"])
"""
    asks = task(narrow, tells, token=True, TimeoutSeconds=60, Next="Answered")
    del asks["End"]
    machine = Machine(narrow, Asks=asks, Answered=task(narrow, ANSWERS))
    asking = machine.start()
    (token,) = eventually(lambda: narrow.receive(url))
    busy = Machine(narrow, Task=task(narrow, TAKES_A_SECOND))
    busy.start()
    new = busy.start()
    machine.client.send_task_success(taskToken=token, output="{}")
    ended = machine.end(asking)["stopDate"]
    busy.end(new)
    assert history(busy, new)[1]["timestamp"] >= ended


def test_a_nested_execution_runs_in_its_parent_s_slot(narrow: Emulator) -> None:
    child = Machine(narrow, kind="EXPRESS", Pass=PASS)
    arguments = {"StateMachineArn": child.arn, "Input": "{}"}
    resource = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
    parent = Machine(narrow, Call={"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True})
    assert parent.output()["Status"] == "SUCCEEDED"


def test_the_wait_for_a_slot_does_not_count_against_a_machine_s_time_limit(narrow: Emulator) -> None:
    busy = Machine(narrow, Task=task(narrow, TAKES_A_SECOND))
    limited = Machine(narrow, limit=1, Pass=PASS)
    busy.start()
    busy.start()
    assert limited.run()["status"] == "SUCCEEDED"


def test_an_execution_that_timed_out_at_work_gives_its_slot_back(narrow: Emulator) -> None:
    sleeps = "import time\ndef handler(event, context):\n    time.sleep(2)\n"
    assert Machine(narrow, limit=1, Task=task(narrow, sleeps)).run()["status"] == "TIMED_OUT"
    assert Machine(narrow, Pass=PASS).run()["status"] == "SUCCEEDED"


def test_an_execution_that_timed_out_waiting_gives_no_slot_back_twice(narrow: Emulator) -> None:
    assert Machine(narrow, limit=1, Waits=waits(narrow, "a task token")).run()["status"] == "TIMED_OUT"
    assert runs_one_after_the_other(narrow)
