"""Answers to state machines that wait for them with a task token."""

from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.observability import logger

# The machine has stopped waiting: it timed out, ended, or was answered before. No error: it has its own timeout.
_NOBODY_WAITS = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


def resume(task_token: str) -> None:
    """Tell the machine that it may go on, if it still waits."""
    _tell("send_task_success", taskToken=task_token, output="{}")


def refuse(task_token: str, error: str, reason: str) -> None:
    """Tell the machine that it may not, by the name of the error, if it still waits."""
    _tell("send_task_failure", taskToken=task_token, error=error, cause=reason)


def _tell(operation: str, **answer: Any) -> None:
    try:
        getattr(client("stepfunctions"), operation)(**answer)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOBODY_WAITS:
            raise
        logger.info("nobody waits for this answer", extra={"code": error.response["Error"]["Code"]})
