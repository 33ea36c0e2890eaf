"""Doors that are called rather than delivered to: tasks of a state machine, and the internal API."""

from collections.abc import Callable
from typing import Any

import msgspec

from yafdp.kernel.context import Correlation
from yafdp.kernel.errors import InvalidMessage, Rejection
from yafdp.kernel.observability import Handler, observed, trace_header, under


class Call(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every call carries beside its command."""

    correlation_id: str
    causation_id: str | None = None


def internal_api[C](commands: Any, perform: Callable[[C], msgspec.Struct | None]) -> Handler:
    """A Lambda handler for callers that use kernel.invoke: a business refusal is an answer, so it neither raises nor
    counts as an error.
    """

    def answering(command: C) -> Any:
        try:
            return {"result": msgspec.to_builtins(perform(command))}
        except Rejection as rejection:
            return {"refused": {"errorType": type(rejection).__name__, "errorMessage": str(rejection)}}

    return task(commands, answering)


def task[C](commands: Any, perform: Callable[[C], msgspec.Struct | dict[str, Any] | None]) -> Handler:
    """A Lambda handler that decodes the event into one of `commands` (a tagged union of structs) and returns what
    `perform` returns.

    Exceptions leave the function under their class's name, so that a state machine can catch `CardDeclined` and retry
    the rest.
    """

    def handler(event: dict[str, Any], _context: Any) -> Any:
        try:
            call = msgspec.convert(event, Call)
            command = msgspec.convert(event["command"], commands)
        except (KeyError, msgspec.ValidationError) as error:
            raise InvalidMessage(f"not a command: {error}") from error
        with under(Correlation(call.correlation_id, call.causation_id, trace_header())):
            return msgspec.to_builtins(perform(command))

    return observed(handler)
