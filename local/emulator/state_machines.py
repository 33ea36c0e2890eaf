"""State machines do what the Amazon States Language says.

MiniStack 1.5.33 refuses a repeated StartExecution with the same name and input (AWS answers with the running
execution), ignores the machine's TimeoutSeconds, a retrier's MaxDelaySeconds and JitterStrategy, and a trace header,
lets an error overwrite an execution that has already ended, reports a failed nested execution under the child's error
(AWS: `States.TaskFailed`, the child's result as its cause), and waits 150 ms before an execution's first state.
Tasks and Parallel states have bridges of their own: task_states and parallel_states.
"""

import contextvars
import json
import random
import threading
import time
from types import SimpleNamespace
from typing import Any

from ministack.services import stepfunctions

from local.emulator import tracing

Execution = dict[str, Any]
Retrier = dict[str, Any]
_START_PAUSE = 0.15  # seconds: MiniStack's, before the first state


def _running_twin(data: dict[str, Any]) -> Execution | None:
    """The running execution of the same name and input."""
    machine = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    if not machine or not data.get("name"):
        return None
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{data['name']}"
    execution: Execution | None = stepfunctions._executions.get(arn)
    same = execution and execution["status"] == "RUNNING" and execution["input"] == data.get("input", "{}")
    return execution if same else None


def _idempotent_start() -> None:
    start = stepfunctions._start_execution

    def start_execution(data: dict[str, Any]) -> Any:
        if twin := _running_twin(data):
            answer = {"executionArn": twin["executionArn"], "startDate": twin["startDate"]}
            return stepfunctions.json_response(answer)
        # The execution's thread inherits this context: its functions go on with the caller's trace.
        token = tracing.inbound.set(data.get("traceHeader") or tracing.inbound.get())
        try:
            return start(data)
        finally:
            tracing.inbound.reset(token)

    stepfunctions._start_execution = start_execution


def _time_limit(execution: Execution) -> float | None:
    """The machine's TimeoutSeconds."""
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    try:
        limit: float | None = json.loads(machine.get("definition", "{}")).get("TimeoutSeconds")
    except ValueError:
        return None  # MiniStack reports a definition that is no JSON
    return limit


def _time_out(execution: Execution) -> None:
    execution.update(status="TIMED_OUT", stopDate=stepfunctions.now_iso(), error="States.Timeout", cause="")
    stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    stepfunctions._emit_execution_status_event(execution)


def _limited_run() -> None:
    run = stepfunctions._run_execution

    def run_execution(arn: str) -> None:
        execution = stepfunctions._executions.get(arn)
        limit = _time_limit(execution) if execution else None
        if limit is None:
            run(arn)
            return
        thread = threading.Thread(target=contextvars.copy_context().run, args=(run, arn), daemon=True)
        thread.start()
        thread.join(limit)
        if thread.is_alive() and execution["status"] == "RUNNING":
            _time_out(execution)

    stepfunctions._run_execution = run_execution


def _final_endings() -> None:
    fail = stepfunctions._fail_execution

    def fail_execution(execution: Execution, error: str, cause: str) -> None:
        # What was stopped or timed out stays so, whatever its last task still comes to.
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    stepfunctions._fail_execution = fail_execution


def delay(retrier: Retrier, retries: int) -> float:
    """Seconds before the next attempt after so many retries: backoff, its ceiling, then full jitter."""
    seconds = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retries
    seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
    jitter = random.random() if retrier.get("JitterStrategy") == "FULL" else 1  # noqa: S311  no secret depends on it
    return float(seconds * jitter)


def _retry_delays() -> None:
    find = stepfunctions._find_matching_retrier

    def find_matching_retrier(retriers: list[Retrier], error: str, counts: dict[int, int]) -> tuple[Any, int]:
        retrier, index = find(retriers, error, counts)
        if retrier is not None:
            # MiniStack multiplies the interval with the backoff rate: this is the delay already.
            retrier = retrier | {"IntervalSeconds": delay(retrier, counts.get(index, 0)), "BackoffRate": 1.0}
        return retrier, index

    stepfunctions._find_matching_retrier = find_matching_retrier


def _nested_failure(payload: dict[str, Any]) -> tuple[str, str]:
    """Error and cause of a `.sync` task whose child failed: the cause is the child's description."""
    described = {key[0].upper() + key[1:]: value for key, value in payload.items() if key != "output"}
    return "States.TaskFailed", json.dumps(described)


def _sleep(seconds: float) -> None:
    if seconds != _START_PAUSE:
        time.sleep(seconds)


def install() -> None:
    """Put the running of executions right."""
    _idempotent_start()
    _limited_run()
    _final_endings()
    _retry_delays()
    stepfunctions._nested_execution_failure = _nested_failure
    stepfunctions.time = SimpleNamespace(**{**vars(time), "sleep": _sleep})
