"""DynamoDB streams reach functions as AWS delivers them.

MiniStack 1.5.33 loses the rest of a batch when the function reports partial failures, ignores MaximumRetryAttempts,
BisectBatchOnFunctionError and OnFailure, and delivers all mappings in one thread, so that a slow function holds up
every other. On AWS each mapping reads for itself, and a failed batch is retried from the first failed record, or
split, until it succeeds, is too old, or has had its retries; then it goes to the failure destination.
The bridge gives each mapping a thread of its own, which a new record wakes.
"""

import logging
import threading
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import dynamodb, lambda_svc

from local.emulator.stream_delivery import AbandonedError, Delivery

Mapping = dict[str, Any]
# The poller that is left serves SQS. It rests this long (seconds) after a wake-up that was not for it, and each stream
# record is such a wake-up: with MiniStack's 0.05 every message behind a write would wait for it.
_POLLER_REST = 0.002
_ENABLED_CHECK = 1.0  # seconds: a mapping that is enabled, disabled or deleted is noticed after this time at most

_log = logging.getLogger(__name__)
_news = threading.Condition()
_readers: dict[str, threading.Thread] = {}


def _is_ours(mapping: Mapping) -> bool:
    source = mapping.get("EventSourceArn", "")
    return ":dynamodb:" in source and "/stream/" in source


class Reader:
    """Reads one mapping's stream, in order, from where the mapping stands."""

    def __init__(self, account: str, region: str, mapping: Mapping) -> None:
        self._account, self._region, self._mapping = account, region, mapping
        self._table = mapping["EventSourceArn"].split("/stream/")[0].rsplit("/", 1)[1]

    def run(self) -> None:
        """Deliver until the mapping is deleted."""
        _request_account_id.set(self._account)
        _request_region.set(self._region)
        while self._exists():
            try:
                self._deliver_all()
            except AbandonedError:
                continue
            except Exception:
                _log.exception("Stream mapping %s failed; it goes on", self._mapping["UUID"])
            with _news:
                if not self._unread(limit=1):
                    _news.wait(_ENABLED_CHECK)

    def _exists(self) -> bool:
        return lambda_svc._esms.get(self._mapping["UUID"]) is self._mapping

    def _active(self) -> bool:
        table = dynamodb._tables.get(self._table)
        current = table is not None and table.get("LatestStreamArn") == self._mapping["EventSourceArn"]
        return self._exists() and bool(self._mapping.get("Enabled", True)) and current

    def _position(self) -> int:
        """Where to read on: never before the oldest record that is left."""
        horizon, end = dynamodb.stream_start_position(self._table), dynamodb.stream_end_position(self._table)
        with lambda_svc._dynamodb_stream_positions_lock:
            start = horizon if self._mapping.get("StartingPosition") == "TRIM_HORIZON" else end
            position = lambda_svc._dynamodb_stream_positions.get(self._mapping["UUID"], start)
            lambda_svc._dynamodb_stream_positions[self._mapping["UUID"]] = position = max(horizon, position)
        return int(position)

    def _unread(self, limit: int) -> list[dict[str, Any]]:
        if not self._active():
            return []
        records: list[dict[str, Any]] = dynamodb.stream_records_since(self._table, self._position(), limit)
        return records

    def _advance(self, count: int) -> None:
        with lambda_svc._dynamodb_stream_positions_lock:
            lambda_svc._dynamodb_stream_positions[self._mapping["UUID"]] += count

    def _deliver_all(self) -> None:
        delivery = Delivery(self._mapping, self._advance, self._active)
        while records := self._unread(limit=int(self._mapping.get("BatchSize") or 100)):
            delivery.deliver(records)


def _start_readers() -> bool:
    """Called by MiniStack's poller instead of its own delivery; False: there is nothing for it to do at once."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        identifier = mapping["UUID"]
        known = _readers.get(identifier)
        if _is_ours(mapping) and (known is None or not known.is_alive()):
            reader = Reader(account, region, mapping)
            _readers[identifier] = threading.Thread(target=reader.run, name=f"stream-{identifier}", daemon=True)
            _readers[identifier].start()
    return False


def install() -> None:
    """Replace MiniStack's delivery, and wake the readers with each new record."""
    upstream = dynamodb._emit_stream_event

    def emit(*arguments: Any, **named: Any) -> None:
        upstream(*arguments, **named)
        with _news:
            _news.notify_all()

    dynamodb._emit_stream_event = emit
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = _POLLER_REST
    lambda_svc._poll_dynamodb_streams = _start_readers
