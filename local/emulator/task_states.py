"""Tasks time out, beat, and fail as the Amazon States Language says.

MiniStack 1.5.33 ignores HeartbeatSeconds, takes TimeoutSeconds only as a number, swallows the error of a function that
is called with a task token (the task then waits for its timeout), calls a throttled invocation `Lambda.Unknown`, and
goes on with the tasks of an execution that has ended. AWS fails the task with `States.HeartbeatTimeout`, evaluates
expressions, reports the function's error as the task's and a throttle as `Lambda.TooManyRequestsException`, and starts
nothing more in an execution that has ended.
"""

import json
import threading
import time
from typing import Any

from ministack.services import lambda_svc, stepfunctions

from local.emulator import execution_slots, parallel_states

State = dict[str, Any]
_FOREVER = 99_999_999  # seconds: the longest TimeoutSeconds that AWS accepts


def _with_numbers(state: State, raw_input: Any, ctx: dict[str, Any]) -> State:
    """The state with its TimeoutSeconds and HeartbeatSeconds evaluated."""
    numbers = {}
    for field in ("TimeoutSeconds", "HeartbeatSeconds"):
        if isinstance(state.get(field), str):
            numbers[field] = stepfunctions._jsonata_state_field(state, field, "number", raw_input, ctx)
        elif path := state.get(f"{field}Path"):
            numbers[field] = stepfunctions._resolve_path_or_ctx(path, raw_input, ctx)
    return state | numbers


def _invoke(resource: str, task_input: Any, timeout: float) -> None:
    """Send the request that carries the token; its result is not the task's, but its error is."""
    stepfunctions._invoke_resource_with_timeout(resource.replace(".waitForTaskToken", ""), task_input, timeout)


def _await(token: dict[str, Any], started: float, timeout: float, heartbeat: float) -> None:
    """Wait for the callback. Raises States.Timeout or States.HeartbeatTimeout."""
    while True:
        ends, beats = started + timeout, token.get("beat", started) + heartbeat
        if token["event"].wait(max(0.0, min(ends, beats) - time.monotonic())):
            return
        now = time.monotonic()
        if now >= ends:
            raise stepfunctions._ExecutionError("States.Timeout", "")
        if now >= token.get("beat", started) + heartbeat:
            raise stepfunctions._ExecutionError("States.HeartbeatTimeout", "")


def _result(token: dict[str, Any]) -> Any:
    if error := token["error"]:
        raise stepfunctions._ExecutionError(error.get("Error", "States.TaskFailed"), error.get("Cause", ""))
    # SendTaskSuccess takes any JSON text; what is not JSON is a string, as upstream has it.
    try:
        return json.loads(token["result"])
    except ValueError:
        return token["result"]


def _invoke_with_callback(resource: str, task_input: Any, identifier: str, state: State) -> Any:
    """The `.waitForTaskToken` pattern: send, then wait for SendTaskSuccess or SendTaskFailure."""
    token = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}
    stepfunctions._task_tokens[identifier] = token
    started, timeout = time.monotonic(), state.get("TimeoutSeconds", _FOREVER)
    try:
        _invoke(resource, task_input, timeout)
        with execution_slots.released():
            _await(token, started, timeout, state.get("HeartbeatSeconds", _FOREVER))
    finally:
        stepfunctions._task_tokens.pop(identifier, None)
    return _result(token)


def _heartbeats() -> None:
    send = stepfunctions._send_task_heartbeat

    def send_task_heartbeat(data: dict[str, Any]) -> Any:
        if token := stepfunctions._task_tokens.get(data.get("taskToken")):
            token["beat"] = time.monotonic()
        return send(data)

    stepfunctions._send_task_heartbeat = send_task_heartbeat


def _throttles() -> None:
    throttle = lambda_svc._throttle_response

    def throttle_response(*arguments: Any, **named: Any) -> dict[str, Any]:
        result: dict[str, Any] = throttle(*arguments, **named)
        result["body"]["errorType"] = "Lambda.TooManyRequestsException"
        return result

    lambda_svc._throttle_response = throttle_response


def install() -> None:
    """Put Task states right."""
    execute = stepfunctions._execute_task

    def execute_task(state: State, raw_input: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
        ended = execution and execution["status"] != "RUNNING"
        if ended or parallel_states.stopped():
            raise stepfunctions._ExecutionError("States.Timeout", "The execution, or this branch of it, has ended")
        return execute(_with_numbers(state, raw_input, ctx), raw_input, execution, ctx)

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_with_callback = _invoke_with_callback
    _heartbeats()
    _throttles()
