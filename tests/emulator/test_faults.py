"""Chosen invocations go wrong, however the function is invoked."""

import asyncio
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator, eventually, unique
from tests.emulator.machines import ANSWERS, Machine, caught, task
from tests.emulator.test_function_errors import api_before, post_to
from tests.emulator.test_stream_mapping import RAISES, Stream
from tests.faults import fault

TELLS = """
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody=str(event))
"""


def telling(emulator: Emulator) -> tuple[str, str]:
    """A function that says when it runs; its name, and the URL of the queue that hears of it."""
    queue, _ = emulator.queue()
    return emulator.function(TELLS.format(queue=queue)), queue


def ask(emulator: Emulator, method: str, path: str = "", body: bytes | None = None) -> tuple[int, Any]:
    """Status and JSON of a request to the endpoint."""
    request = urllib.request.Request(f"{emulator.endpoint}/_yafdp/faults{path}", body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_an_error_fails_the_invocation_and_the_code_does_not_run(bridged: Emulator) -> None:
    name, heard = telling(bridged)
    with fault(bridged, name, kind="error", error="NoCourier", message="none is free"):
        answer = bridged.invoke(name)
    assert answer.error == "Unhandled"
    assert answer.payload == {"errorType": "NoCourier", "errorMessage": "none is free"}
    assert bridged.receive(heard) == []


def test_the_function_s_log_tells_of_the_error(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="error", error="NoCourier", message="none is free"):
        bridged.invoke(name)
    events = bridged.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert "[ERROR] NoCourier: none is free" in [event["message"] for event in events]


def test_a_crash_is_that_of_the_process(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="crash"):
        assert bridged.invoke(name).payload["errorType"] == "Runtime.ExitError"


def test_a_throttled_caller_gets_lambda_s_own_answer(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="throttle"), pytest.raises(ClientError) as raised:
        bridged.invoke(name)
    assert raised.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_a_lost_answer_s_code_has_run(bridged: Emulator) -> None:
    name, heard = telling(bridged)
    with fault(bridged, name, kind="lost-answer"):
        assert bridged.invoke(name, "ran").payload["errorType"] == "Sandbox.Timedout"
    assert bridged.receive(heard) == ["ran"]


async def test_what_is_held_runs_when_the_fault_ends(bridged: Emulator) -> None:
    name, heard = telling(bridged)
    with fault(bridged, name, kind="hold", matching="held") as held:
        invocation = asyncio.create_task(asyncio.to_thread(bridged.invoke, name, "held"))
        await held.met()
        for _ in range(3):  # what is not held would be through long before the last of these
            bridged.invoke(name, "free")
        assert bridged.receive(heard) == ["free"] * 3
        held.release()
        assert (await asyncio.wait_for(invocation, timeout=10)).error is None
    assert bridged.receive(heard) == ["held"]


async def test_what_is_held_takes_no_sandbox_from_others(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    held_at_once = 30  # more than there are sandboxes on any machine that runs the tests with two per core
    with ThreadPoolExecutor(held_at_once) as pool, fault(bridged, name, kind="hold", matching="held") as held:
        waiting = [pool.submit(bridged.invoke, name, "held") for _ in range(held_at_once)]
        await held.met(held_at_once)
        assert bridged.invoke(name, "free").payload == "free"
        held.release()
        assert {future.result().payload for future in waiting} == {"held"}


def test_only_payloads_with_all_the_texts_are_hit(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="error", matching=["order-1", '"action":"authorise"']) as injected:
        for order, action in (("order-1", "void"), ("order-2", "authorise")):
            assert bridged.invoke(name, {"id": order, "action": action}).error is None
        assert bridged.invoke(name, {"id": "order-1", "action": "authorise"}).error
        assert injected.hits() == 1


def test_only_so_many_invocations_are_hit(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="error", count=2) as injected:
        assert [bool(bridged.invoke(name).error) for _ in range(4)] == [True, True, False, False]
        assert injected.hits() == 2


def test_the_end_of_a_name_is_enough_and_other_functions_are_left_alone(bridged: Emulator) -> None:
    end = unique("relay").replace("-", "")
    name, other = (bridged.function(ANSWERS, FunctionName=f"{start}{end}") for start in ("stack-catalog-", "x"))
    with fault(bridged, end, kind="error"):
        assert bridged.invoke(name).error
        assert bridged.invoke(other).error is None


def test_two_faults_come_one_after_the_other(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="error", error="First", count=1), fault(bridged, name, kind="error", error="Second"):
        assert [bridged.invoke(name).payload["errorType"] for _ in range(2)] == ["First", "Second"]


def test_a_state_machine_s_task_is_hit(bridged: Emulator) -> None:
    state = task(bridged, ANSWERS, **caught("NoCourier"))
    machine = Machine(bridged, Task=state, Caught={"Type": "Pass", "End": True})
    with fault(bridged, state["Arguments"]["FunctionName"], kind="error", error="NoCourier"):
        assert machine.output()["Error"] == "NoCourier"


def test_a_state_machine_s_throttled_task_fails_by_aws_s_name(bridged: Emulator) -> None:
    state = task(bridged, ANSWERS, **caught("Lambda.TooManyRequestsException"))
    machine = Machine(bridged, Task=state, Caught={"Type": "Pass", "End": True})
    with fault(bridged, state["Arguments"]["FunctionName"], kind="throttle"):
        assert machine.output()["Error"] == "Lambda.TooManyRequestsException"


def test_upstream_still_calls_a_throttled_task_unknown(bare: Emulator) -> None:
    """If this fails, upstream names throttles: then delete `_throttles` in local/emulator/task_states.py."""
    state = task(bare, ANSWERS, **caught("Lambda.Unknown"))
    bare.client("lambda").put_function_concurrency(
        FunctionName=state["Arguments"]["FunctionName"], ReservedConcurrentExecutions=0
    )
    machine = Machine(bare, Task=state, Caught={"Type": "Pass", "End": True})
    assert machine.output()["Error"] == "Lambda.Unknown"


@pytest.mark.parametrize("kind", ["error", "crash", "throttle", "lost-answer"])
def test_a_queue_s_message_comes_again(bridged: Emulator, kind: Any) -> None:
    name, heard = telling(bridged)
    source, arn = bridged.queue(VisibilityTimeout="1")
    with fault(bridged, name, kind=kind, count=1, matching=text(source)) as injected:
        bridged.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        bridged.client("sqs").send_message(QueueUrl=source, MessageBody=text(source))
        runs = 2 if kind == "lost-answer" else 1
        heard_so_far: list[str] = []
        while len(heard_so_far) < runs:
            heard_so_far += eventually(lambda: bridged.receive(heard))
        assert (len(heard_so_far), injected.hits()) == (runs, 1)


def text(queue: str) -> str:
    """What a message to the queue says."""
    return queue.rsplit("/", 1)[1]


def test_a_stream_s_batch_comes_again(bridged: Emulator) -> None:
    stream = Stream(bridged, RAISES)
    mapping = bridged.client("lambda").get_event_source_mapping(UUID=stream._mapping)
    name, key = mapping["FunctionArn"].rsplit(":", 1)[1], unique("key")
    with fault(bridged, name, kind="error", count=1, matching=key) as injected:
        stream.put(key)
        stream.enable()
        assert stream.attempts_until([key]) == [[key]]
        assert injected.hits() == 1


def test_an_api_s_client_gets_its_gateway_s_answer(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    address = api_before(bridged, name)
    with fault(bridged, name, kind="error", message="the password is swordfish"):
        status, body = post_to(address)
    assert (status, json.loads(body)) == (502, {"message": "Internal server error"})


def test_the_list_has_every_fault_until_it_is_deleted(bridged: Emulator) -> None:
    name = bridged.function(ANSWERS)
    with fault(bridged, name, kind="crash", matching="x", count=3) as made:
        bridged.invoke(name, "x")
        status, content = ask(bridged, "GET")
        (shown,) = [listed for listed in content["faults"] if listed["function"] == name]
        assert (status, shown["kind"], shown["matching"], shown["count"], shown["hits"]) == (200, "crash", ["x"], 3, 1)
    assert name not in [listed["function"] for listed in ask(bridged, "GET")[1]["faults"]]
    assert made.hits() == 1


def test_all_faults_can_be_ended_at_once(bridged: Emulator) -> None:
    names = [bridged.function(ANSWERS) for _ in range(2)]
    for name in names:
        ask(bridged, "POST", body=json.dumps({"function": name, "kind": "error"}).encode())
    status, content = ask(bridged, "DELETE")
    assert (status, {ended["function"] for ended in content["faults"]}) == (200, set(names))
    assert [bridged.invoke(name).error for name in names] == [None, None]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ("nonsense", "Expecting value"),
        ([], "a fault is a JSON object"),
        ({"kind": "error"}, "function must be"),
        ({"function": "f", "kind": "fire"}, "kind must be one of error, crash"),
        ({"function": "f", "kind": ["error"]}, "kind must be one of error, crash"),
        ({"function": "f", "kind": "error", "match": "x"}, "a fault has no match"),
        ({"function": "f", "kind": "error", "matching": [1]}, "matching must be"),
        ({"function": "f", "kind": "error", "matching": [""]}, "matching must be"),
        ({"function": "f", "kind": "error", "count": 0}, "count must be"),
        ({"function": "f", "kind": "error", "count": True}, "count must be"),
        ({"function": "f", "kind": "error", "errorType": ""}, "errorType must be"),
        ({"function": "no-such-function", "kind": "error"}, "no function is named"),
    ],
)
def test_what_is_no_fault_is_refused_with_the_reason(bridged: Emulator, request_: Any, reason: str) -> None:
    body = request_ if isinstance(request_, str) else json.dumps(request_)
    status, content = ask(bridged, "POST", body=body.encode())
    assert status == 400
    assert reason in content["message"]


def test_what_the_endpoint_does_not_have_is_refused(bridged: Emulator) -> None:
    assert ask(bridged, "DELETE", "/no-such-fault")[0] == 404
    assert ask(bridged, "PUT")[0] == 405
    assert ask(bridged, "POST", "/no-such-fault", b"{}")[0] == 405


def test_other_paths_are_still_the_emulator_s(bridged: Emulator) -> None:
    with urllib.request.urlopen(f"{bridged.endpoint}/_ministack/health", timeout=10) as answer:
        assert answer.status == 200
