"""The kitchen's table, and its way back to a waiting state machine."""

import os

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.journal import Journal
from yafdp.kernel.observability import logger
from yafdp.kitchen.model import Ticket

# The machine has stopped waiting: it timed out, ended, or was answered before.
_NOBODY_WAITS = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


def tickets() -> Journal[Ticket]:
    """The journal of tickets, one per order."""
    return Journal(os.environ["KITCHEN_TABLE"], source="yafdp.kitchen", prefix="TICKET#", state=Ticket)


def resume(task_token: str, rejection: str | None) -> None:
    """Tell the waiting machine the kitchen's answer.

    Nobody waiting any more is no error: the machine has its own timeout.
    """
    machines = client("stepfunctions")
    try:
        if rejection is None:
            machines.send_task_success(taskToken=task_token, output="{}")
        else:
            machines.send_task_failure(taskToken=task_token, error="KitchenRejected", cause=rejection)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOBODY_WAITS:
            raise
        logger.info("nobody waits for this answer", extra={"code": error.response["Error"]["Code"]})
