"""Invocations fail on request: what goes wrong in production can be made to happen here.

`POST {endpoint}/_yafdp/faults` makes a fault, `GET` lists the faults and how many invocations each has hit, `DELETE`
ends all, and `DELETE …/<id>` one of them. A fault is a JSON object:

- `function`: a function's name, or the end of it after a hyphen (`relay` is every relay).
- `kind`: `error` fails the invocation without running the code; `crash` likewise, as a process that ends does;
  `throttle` answers TooManyRequestsException; `lost-answer` runs the code, and the caller gets a timeout instead of the
  answer; `hold` runs the code once the fault is deleted, or after a minute.
- `matching`: text, or a list of texts, that must all occur in the payload, as JSON without spaces between its parts.
- `count`: how many invocations it hits; without it every one.
- `errorType`, `message`: what the caller and the function's log are told.

Every fault that fits takes the invocation, in the order in which they were made, until one fails it; whoever invokes:
a state machine, a queue or stream, an API, a caller of Invoke. A held invocation counts against its caller's timeouts,
but against neither the function's nor its sandboxes. Neither MiniStack nor AWS has anything like it, so this is no
bridge to be outgrown. Nothing is stored: faults end with the emulator.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from local.emulator import fault_endpoint

Result = dict[str, Any]
_LONGEST_HOLD = 60.0  # seconds
_FIELDS = {"function", "kind", "matching", "count", "errorType", "message"}
# By kind: the errorType and errorMessage that AWS gives what it stands for.
# https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
_ERRORS = {
    "error": ("Injected", "The emulator was asked to fail this invocation"),
    "crash": ("Runtime.ExitError", "Error: Runtime exited with error: exit status 1"),
    "lost-answer": ("Sandbox.Timedout", "Task timed out"),
    "throttle": ("TooManyRequestsException", "Rate Exceeded."),
    "hold": ("", ""),
}


class InvalidFaultError(ValueError):
    """What was posted is no fault; the message says why."""


@dataclass(eq=False)
class Fault:
    """A fault and what became of it."""

    function: str
    kind: str
    matching: tuple[str, ...]
    count: int | None
    error: str
    message: str
    id: str = field(default_factory=new_uuid)
    hits: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def fits(self, function: str, payload: str) -> bool:
        """Whether it may take this invocation."""
        if self.count is not None and self.hits >= self.count:
            return False
        return _names(self.function, function) and all(text in payload for text in self.matching)

    def description(self) -> dict[str, Any]:
        """As the endpoint shows it."""
        shown = {"id": self.id, "function": self.function, "kind": self.kind, "matching": list(self.matching)}
        return shown | {"count": self.count, "hits": self.hits, "errorType": self.error, "message": self.message}


class Faults:
    """All faults of this emulator, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, request: Any) -> dict[str, Any]:
        """Make a fault of what was posted. Raises InvalidFaultError."""
        fault = parsed(request)
        if not any(_names(fault.function, name) for (*_, name), _ in lambda_svc._functions.all_items()):
            raise InvalidFaultError(f"no function is named {fault.function!r} or ends in {'-' + fault.function!r}")
        with self._lock:
            self._faults.append(fault)
        return fault.description()

    def active(self) -> list[dict[str, Any]]:
        """Every fault that has not been deleted."""
        with self._lock:
            return [fault.description() for fault in self._faults]

    def end(self, identifier: str | None) -> list[dict[str, Any]]:
        """End one fault, or all; what they held goes on. Returns those that ended, as they were at last."""
        with self._lock:
            ended = [fault for fault in self._faults if identifier in (None, fault.id)]
            self._faults = [fault for fault in self._faults if fault not in ended]
            shown = [fault.description() for fault in ended]
        for fault in ended:
            fault.released.set()
        return shown

    def take(self, function: str, event: Any, beside: frozenset[str] = frozenset()) -> Fault | None:
        """The fault that has this invocation, counted, beside those that have had it; None for nearly all of them."""
        if not self._faults:
            return None
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str)
        with self._lock:
            fitting = (fault for fault in self._faults if fault.id not in beside and fault.fits(function, payload))
            fault = next(fitting, None)
            if fault is not None:
                fault.hits += 1
            return fault


def _names(wanted: str, function: str) -> bool:
    return function == wanted or function.endswith(f"-{wanted}")


def _text(request: dict[str, Any], name: str, default: str) -> str:
    value = request.get(name, default)
    if not isinstance(value, str) or (not value and default):
        raise InvalidFaultError(f"{name} must be a text")
    return value


def _matching(request: dict[str, Any]) -> tuple[str, ...]:
    wanted = request.get("matching") or []
    texts = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise InvalidFaultError("matching must be a text or a list of texts")
    return tuple(texts)


def _count(request: dict[str, Any]) -> int | None:
    count = request.get("count")
    if count is not None and (type(count) is not int or count < 1):
        raise InvalidFaultError("count must be a whole number from 1 on")
    return count


def parsed(request: Any) -> Fault:
    """The fault that a request asks for. Raises InvalidFaultError."""
    if not isinstance(request, dict):
        raise InvalidFaultError("a fault is a JSON object")
    if unknown := request.keys() - _FIELDS:
        raise InvalidFaultError(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(_FIELDS))}")
    function, kind = request.get("function"), request.get("kind")
    if not isinstance(function, str) or not function:
        raise InvalidFaultError("function must be a function's name, or the end of it")
    if not isinstance(kind, str) or kind not in _ERRORS:
        raise InvalidFaultError(f"kind must be one of {', '.join(_ERRORS)}")
    error, message = _ERRORS[kind]
    error, message = _text(request, "errorType", error), _text(request, "message", message)
    return Fault(function, kind, _matching(request), _count(request), error, message)


def _throttled(fault: Fault) -> Result:
    answer: Result = lambda_svc._throttle_response(reason_code="ConcurrentInvocationLimitExceeded", msg=fault.message)
    return answer


def _failed(fault: Fault) -> Result:
    """A failed invocation, and the line about it that Lambda writes into the function's log."""
    body = {"errorType": fault.error, "errorMessage": fault.message}
    log = f"[ERROR] {fault.error}: {fault.message}"
    return {"body": body, "error": True, "function_error": "Unhandled", "log": log}


def befall(fault: Fault, func: dict[str, Any], request_id: str, run: Callable[[], Result]) -> Result:
    """Let the fault have its way with an invocation; `run` runs the code."""
    if fault.kind == "hold":
        fault.released.wait(_LONGEST_HOLD)
        return run()
    if fault.kind == "throttle":
        return _throttled(fault)
    if fault.kind == "lost-answer":
        run()
    result = _failed(fault)
    lambda_svc._emit_lambda_logs(func, request_id, result["log"], error=True, duration_ms=0)
    return result


def install() -> None:
    """Look at each invocation before it gets a sandbox, and answer at the endpoint."""
    faults = Faults()
    dispatch = lambda_svc._execute_function_dispatch

    def dispatch_or_fail(
        func: Any,
        config: dict[str, Any],
        event: Any,
        request_id: str,
        started: float,
        had: frozenset[str] = frozenset(),
    ) -> Any:
        fault = faults.take(config.get("FunctionName", ""), event, had)
        if fault is None:
            return dispatch(func, config, event, request_id, started)
        # A batch may hold the messages of several faults: one that runs the code leaves it to the next.
        had |= {fault.id}
        return befall(fault, func, request_id, lambda: dispatch_or_fail(func, config, event, request_id, started, had))

    lambda_svc._execute_function_dispatch = dispatch_or_fail
    fault_endpoint.serve(faults)
