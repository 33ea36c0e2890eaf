"""When a message that failed comes again: soon at first, then later and later, rather than after the queue's own
visibility timeout, which has to be long enough for a whole batch.
"""

import random
from collections.abc import Sequence
from itertools import batched
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from yafdp.kernel.clients import client
from yafdp.kernel.observability import logger

# Seconds; the upper bound of the wait after the first receive, doubled with each further one.
FIRST_WAIT = 1
LONGEST_WAIT = 60
# ChangeMessageVisibilityBatch takes ten entries a call.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
_ENTRIES_PER_CALL = 10
# Seconds; short, because the batch is done: if SQS does not answer, the function must not run into its own timeout.
_READ_TIMEOUT = 1


def receives(record: SQSRecord) -> int:
    """How often the message has been received, this time included."""
    attributes = record.raw_event.get("attributes") or {}
    return int(attributes.get("ApproximateReceiveCount", 1))


def wait(received: int) -> int:
    """Seconds before a message that has failed this often comes again: full jitter below a bound that doubles.

    Whole seconds, as SQS has them, and at least one: a message that comes back at once has wasted a receive.
    """
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (received - 1))
    return random.randint(1, bound)  # noqa: S311 (spreading, not secrecy)


def come_again(failed: Sequence[SQSRecord]) -> None:
    """Let the failed messages of one batch become visible after their wait.

    Raises nothing: whatever goes wrong here, the messages come again after their queue's visibility timeout.
    """
    try:
        for records in batched(failed, _ENTRIES_PER_CALL, strict=False):
            _delay(records)
    except Exception:
        logger.exception("failed messages wait for their queue's visibility timeout")


def queues() -> Any:
    """The SQS client that says when messages come again."""
    return client("sqs", read_timeout=_READ_TIMEOUT)


def _delay(records: Sequence[SQSRecord]) -> None:
    sqs = queues()
    answer = sqs.change_message_visibility_batch(
        QueueUrl=_queue_url(records[0].event_source_arn, sqs.meta.endpoint_url),
        Entries=[
            {"Id": str(index), "ReceiptHandle": record.receipt_handle, "VisibilityTimeout": wait(receives(record))}
            for index, record in enumerate(records)
        ],
    )
    if refused := answer.get("Failed"):
        logger.warning("some failed messages wait for their queue's visibility timeout", extra={"refused": refused})


def _queue_url(arn: str, endpoint: str) -> str:
    """The URL of the queue with this ARN, at the endpoint where the client talks to SQS anyway."""
    *_, account, name = arn.split(":")
    return f"{endpoint}/{account}/{name}"
