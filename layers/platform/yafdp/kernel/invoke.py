"""Calling the internal API: a function of another service, synchronously, with nothing between but IAM."""

from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from yafdp.kernel.clients import INVOKE_TIMEOUT, client
from yafdp.kernel.context import current
from yafdp.kernel.errors import Rejection, Unavailable


class Refused(Rejection):
    """The callee's business answer was "no"; `error` is the name it gave."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error


class _Failure(msgspec.Struct, rename="camel"):
    error_type: str = "Unknown"
    error_message: str = ""


class _Answer[T](msgspec.Struct):
    result: T | None = None
    refused: _Failure | None = None


def invoke[T](function: str, command: dict[str, Any], kind: type[T]) -> T:
    """Call the function (name or ARN) and decode its answer.

    Raises Refused for a business refusal, Unavailable for a throttle, a timeout or a failure of the callee: its inner
    errors are not leaked.
    """
    cause = current()
    payload = {"command": command, "correlationId": cause.correlation_id, "causationId": cause.causation_id}
    try:
        answer = client("lambda", read_timeout=INVOKE_TIMEOUT).invoke(
            FunctionName=function, Payload=msgspec.json.encode(payload)
        )
        content = answer["Payload"].read()
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"{function} does not answer") from error
    if answer.get("FunctionError"):
        raise Unavailable(f"{function} failed")
    try:
        opened = msgspec.json.decode(content, type=_Answer[kind])  # type: ignore[valid-type]
    except msgspec.DecodeError as error:
        raise Unavailable(f"{function} answered something else") from error
    if opened.refused:
        raise Refused(opened.refused.error_type, opened.refused.error_message)
    if opened.result is None:
        raise Unavailable(f"{function} answered nothing")
    return opened.result
