"""Writes that meet a transaction: DynamoDB refuses them at once rather than let them wait."""

import random
import time
from collections.abc import Callable

from botocore.exceptions import ClientError

from yafdp.kernel.errors import Unavailable
from yafdp.kernel.journal import FIRST_WAIT, MAX_ATTEMPTS, cancellation_codes


def patiently[T](write: Callable[[], T]) -> T:
    """Write; and again after a moment while somebody's transaction holds one of the items.

    Raises Unavailable if it is held each time, and whatever else the write raises.
    """
    for attempt in range(MAX_ATTEMPTS):
        try:
            return write()
        except ClientError as error:
            if not _is_contention(error):
                raise
        time.sleep(random.uniform(0, FIRST_WAIT * 2**attempt))  # noqa: S311 (spreading, not secrecy)
    raise Unavailable("too many changes at once; the same request may be sent again")


def is_refused(error: ClientError) -> bool:
    """Whether a single write failed for its condition."""
    return str(error.response["Error"]["Code"]) == "ConditionalCheckFailedException"


def _is_contention(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return code == "TransactionConflictException" or "TransactionConflict" in cancellation_codes(error)
