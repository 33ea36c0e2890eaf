"""How a batch of stream records is delivered, retried, split and given up."""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

Record = dict[str, Any]
Result = dict[str, Any]
_FIRST_PAUSE = 0.1  # seconds before the first retry; each further one waits twice as long
_LONGEST_PAUSE = 5.0  # seconds; AWS goes up to a minute, which nobody at a laptop wants to wait


class AbandonedError(Exception):
    """The mapping was disabled or deleted while a batch was being retried."""


def _sequence(record: Record) -> str:
    return str(record["dynamodb"].get("SequenceNumber"))


class Delivery:
    """Delivers batches for one mapping; `advance(n)` says that n more records are done with."""

    def __init__(self, mapping: dict[str, Any], advance: Callable[[int], None], active: Callable[[], bool]) -> None:
        self._mapping, self._advance, self._active = mapping, advance, active
        self._bisect = str(mapping.get("BisectBatchOnFunctionError")).lower() == "true"
        self._reports = "ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or [])

    def deliver(self, batch: list[Record]) -> None:
        """See the batch through to success or its failure destination. Raises AbandonedError."""
        attempts = 0
        while batch:
            result, done = self._attempt(batch)
            self._advance(done)
            if done == len(batch):
                return
            # With progress the rest is a new batch, which has all its retries.
            batch, attempts = batch[done:], 1 if done else attempts + 1
            if condition := self._given_up(batch, attempts):
                self._give_up(batch, result, condition)
                return
            self._pause(attempts)
            if self._bisect and len(batch) > 1:
                middle = len(batch) // 2
                self.deliver(batch[:middle])
                self.deliver(batch[middle:])
                return

    def _attempt(self, batch: list[Record]) -> tuple[Result, int]:
        """Invoke once; returns the result and how many records, from the first, are done with."""
        records = lambda_svc._apply_filter_criteria(batch, self._mapping)
        if not records:
            return {}, len(batch)
        result: Result = lambda_svc._execute_function(self._function(), {"Records": records})
        done = 0 if result.get("error") else self._done(batch, records, result.get("body"))
        self._mapping["LastProcessingResult"] = "OK" if done == len(batch) else "PROBLEM: Function call failed"
        return result, done

    def _function(self) -> dict[str, Any]:
        """The function as it is now: a deployment may come between two attempts."""
        func, _ = lambda_svc._get_func_record_for_qualifier(
            self._mapping["FunctionName"], self._mapping.get("Qualifier")
        )
        if func is None:
            raise AbandonedError
        record: dict[str, Any] = func
        return record

    def _done(self, batch: list[Record], records: list[Record], answer: Any) -> int:
        """Records before the first reported failure; an item that was not in the batch fails all of it, as on AWS."""
        failures = answer.get("batchItemFailures") if self._reports and isinstance(answer, dict) else None
        if not failures:
            return len(batch)
        named = {str(failure.get("itemIdentifier")) for failure in failures}
        if named - {_sequence(record) for record in records}:
            return 0
        return next(index for index, record in enumerate(batch) if _sequence(record) in named)

    def _given_up(self, batch: list[Record], attempts: int) -> str | None:
        """Why the batch gets no further attempt, in the words of the failure record; None if it gets one."""
        age = int(self._mapping.get("MaximumRecordAgeInSeconds") or -1)
        if age >= 0 and time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"]) > age:
            return "MaxRecordAgeExceeded"
        retries = self._mapping.get("MaximumRetryAttempts")
        retries = -1 if retries is None else int(retries)
        splits = self._bisect and len(batch) > 1  # a split costs no retry
        return "RetryAttemptsExhausted" if 0 <= retries < attempts and not splits else None

    def _give_up(self, batch: list[Record], result: Result, condition: str) -> None:
        source = self._mapping["EventSourceArn"]
        lambda_svc._send_ddb_stream_failure_record(self._mapping, self._function(), batch, source, result, condition)
        self._advance(len(batch))

    def _pause(self, attempts: int) -> None:
        until = time.monotonic() + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempts - 1, 10))
        while time.monotonic() < until:
            if not self._active():
                raise AbandonedError
            time.sleep(_FIRST_PAUSE)
