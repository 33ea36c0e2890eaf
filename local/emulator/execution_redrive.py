"""RedriveExecution: an execution that failed goes on where it failed.

MiniStack 1.5.33 answers InvalidAction, and forgets an execution's position when it ends. AWS takes a Standard execution
that failed, timed out or was stopped back to the state it was in, with that state's input and the variables as they
were, under the definition it was started with. What came before is kept and not run again. The bridge runs executions
itself, state by state, to note where each one is. An execution that ended in a Fail state is taken back to that, and
fails again, as on AWS. Left as it is: all branches of a Parallel or Map state run again, on AWS only those that had not
succeeded.
"""

import contextvars
import copy
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ministack.services import stepfunctions

Execution = dict[str, Any]
Request = dict[str, Any]
_PERIOD = timedelta(days=14)  # after its end an execution can be redriven
_MOST_EVENTS = 24_999  # API reference, RedriveExecution
_CALLING = ("Task", "Parallel", "Map")  # MiniStack's functions for these take the execution too
_INTERPRETED = (*_CALLING, "Pass", "Choice", "Wait")
_ENDED_BADLY = ("FAILED", "TIMED_OUT", "ABORTED")


def _definition(execution: Execution) -> dict[str, Any] | None:
    """What the execution runs: what its machine was when it began. None if that cannot be run."""
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    try:
        definition: dict[str, Any] = json.loads(execution.setdefault("definition", machine.get("definition", "")))
    except ValueError:
        return None
    return definition if definition.get("StartAt") in definition.get("States", {}) else None


def _context(execution: Execution, definition: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    """What expressions see of the execution, and MiniStack's interpreter of its variables."""
    return {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": execution["executionArn"],
            "Input": json.loads(execution["input"]),
            "Name": execution["name"],
            "StartTime": execution["startDate"],
            "RedriveCount": execution.get("redriveCount", 0),
        },
        "StateMachine": {
            "Id": execution["stateMachineArn"],
            "Name": execution["stateMachineArn"].rsplit(":", 1)[1],
        },
        "variables": variables,
    }


def _step(state: dict[str, Any], data: Any, execution: Execution, ctx: dict[str, Any]) -> tuple[Any, str | None]:
    """Run one state; returns its output and the next state's name. Raises the interpreter's _ExecutionError."""
    kind = state.get("Type")
    if kind == "Succeed":
        data = stepfunctions._apply_input_path(state, data, ctx)
        return stepfunctions._apply_output_path(state, data, ctx), None
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, data, ctx))
    if kind not in _INTERPRETED:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type: {kind}")
    interpret = getattr(stepfunctions, f"_execute_{kind.lower()}")
    result: tuple[Any, str | None] = interpret(state, data, *([execution] if kind in _CALLING else []), ctx)
    return result


def _walk(execution: Execution, definition: dict[str, Any]) -> None:
    """Run the execution from its position to its end, as long as nobody stops it."""
    name, data, variables = execution.get("position") or (definition["StartAt"], json.loads(execution["input"]), {})
    ctx = _context(execution, definition, copy.deepcopy(variables))
    while name:
        execution["position"] = (name, data, copy.deepcopy(ctx["variables"]))
        if (state := definition["States"].get(name)) is None:
            raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' not found in definition")
        ctx["State"] = {"Name": name, "EnteredTime": stepfunctions.now_iso(), "RetryCount": 0}
        kind, details = state.get("Type"), {"name": name, "input": json.dumps(data)}
        stepfunctions._add_event(execution, f"{kind}StateEntered", {"stateEnteredEventDetails": details})
        data, following = _step(state, data, execution, ctx)
        if execution["status"] != "RUNNING":
            return
        details = {"name": name, "output": json.dumps(data)}
        stepfunctions._add_event(execution, f"{kind}StateExited", {"stateExitedEventDetails": details})
        name = following
    output = json.dumps(data)
    execution.update(status="SUCCEEDED", output=output, stopDate=stepfunctions.now_iso())
    stepfunctions._add_event(execution, "ExecutionSucceeded", {"executionSucceededEventDetails": {"output": output}})
    stepfunctions._emit_execution_status_event(execution)


def _running(upstream: Callable[[str], None]) -> Callable[[str], None]:
    def run_execution(arn: str) -> None:
        execution = stepfunctions._executions.get(arn)
        definition = _definition(execution) if execution else None
        if definition is None:
            upstream(arn)  # which says what is wrong with it
            return
        try:
            _walk(execution, definition)
        except stepfunctions._ExecutionError as error:
            stepfunctions._fail_execution(execution, error.error, error.cause)
        except Exception as error:
            stepfunctions.logger.exception("Unexpected error in execution %s", arn)
            stepfunctions._fail_execution(execution, "States.Runtime", str(error))

    return run_execution


def _obstacle(execution: Execution) -> str | None:
    """Why the execution cannot be redriven, in AWS's words; None if it can."""
    if execution["status"] not in _ENDED_BADLY:
        return f"Execution is {execution['status']} and cannot be redriven"
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
    if machine is None:
        return "State machine is in DELETING status"
    if machine.get("type") == "EXPRESS" or execution.get("sync"):
        return "Execution is of an EXPRESS state machine and cannot be redriven"
    if len(execution["events"]) >= _MOST_EVENTS:
        return "Execution history event limit exceeded"
    if datetime.now(UTC) - datetime.fromisoformat(execution["stopDate"]) > _PERIOD:
        return "Execution redrivable period exceeded"
    return None


def _restart(execution: Execution, token: str | None) -> Execution:
    """A copy of the execution that runs again. What its last run left behind goes on with the old one, to no effect."""
    date, count = stepfunctions.now_iso(), execution.get("redriveCount", 0) + 1
    restarted = execution | {
        "status": "RUNNING",
        "stopDate": None,
        "output": None,
        "error": None,
        "cause": None,
        "redriveCount": count,
        "redriveDate": date,
        "redriveTokens": execution.get("redriveTokens", {}) | ({token: date} if token else {}),
        "events": list(execution["events"]),
    }
    details = {"executionRedrivenEventDetails": {"redriveCount": count}}
    stepfunctions._add_event(restarted, "ExecutionRedriven", details)
    return restarted


def _redrive(data: Request) -> Any:
    arn, token = data.get("executionArn", ""), data.get("clientToken")
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        return stepfunctions.error_response_json("ExecutionDoesNotExist", f"Execution {arn} not found", 400)
    if date := execution.get("redriveTokens", {}).get(token):
        return stepfunctions.json_response({"redriveDate": date})
    if reason := _obstacle(execution):
        return stepfunctions.error_response_json("ExecutionNotRedrivable", reason, 400)
    restarted = stepfunctions._executions[arn] = _restart(execution, token)
    stepfunctions._emit_execution_status_event(restarted)
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(stepfunctions._run_execution, arn), daemon=True).start()
    return stepfunctions.json_response({"redriveDate": restarted["redriveDate"]})


def _redrives(execution: Execution) -> dict[str, Any]:
    """What descriptions say about redrives so far."""
    date = execution.get("redriveDate")
    return {"redriveCount": execution.get("redriveCount", 0)} | ({"redriveDate": date} if date else {})


def _descriptions() -> None:
    describe, page = stepfunctions._describe_execution, stepfunctions._list_executions

    def describe_execution(data: Request) -> Any:
        status, headers, body = describe(data)
        execution = stepfunctions._executions.get(data.get("executionArn"))
        if execution is None:
            return status, headers, body
        reason = _obstacle(execution)
        redrive = {"redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE"}
        redrive |= {"redriveStatusReason": reason} if reason else {}
        return stepfunctions.json_response(json.loads(body) | _redrives(execution) | redrive)

    def list_executions(data: Request) -> Any:
        status, headers, body = page(data)
        content = json.loads(body)
        for item in content.get("executions", []):
            item |= _redrives(stepfunctions._executions.get(item["executionArn"]) or {})
        return status, headers, json.dumps(content).encode()

    stepfunctions._describe_execution = describe_execution
    stepfunctions._list_executions = list_executions


def install() -> None:
    """Run executions so that they can be redriven, and add the action."""
    handle = stepfunctions.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return stepfunctions._finalize_response(_redrive(json.loads(body or b"{}")))
        return await handle(method, path, headers, body, query)

    stepfunctions._run_execution = _running(stepfunctions._run_execution)
    stepfunctions.handle_request = handle_request
    _descriptions()
