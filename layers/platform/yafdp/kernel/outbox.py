"""The outbox: what a table's stream brings of new events goes on the bus, each at least once and in the order of its
aggregate.
"""

import os
from typing import Any

import msgspec

from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import Item, from_item
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.observability import annotate, count, logger, step

# PutEvents takes ten entries a call.
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
ENTRIES_PER_CALL = 10

type StreamRecord = dict[str, Any]


def relay(records: list[StreamRecord]) -> dict[str, list[dict[str, str]]]:
    """Publish the records' events; the answer names the first record that failed, from which the stream delivers again.

    A record that is not an event, or is refused for good, fails too: the mapping's retries end in its failure queue,
    never in silence.
    """
    for start in range(0, len(records), ENTRIES_PER_CALL):
        chunk = records[start : start + ENTRIES_PER_CALL]
        failed = _publish(chunk)
        if failed is not None:
            count("RelayFailed")
            return {"batchItemFailures": [{"itemIdentifier": chunk[failed]["dynamodb"]["SequenceNumber"]}]}
    count("EventsRelayed", len(records))
    return {"batchItemFailures": []}


def _publish(records: list[StreamRecord]) -> int | None:
    """Put the events on the bus; the index of the first that did not get there."""
    entries = []
    for record in records:
        try:
            entries.append(_entry(record["dynamodb"]["NewImage"]))
        except (KeyError, ValueError, msgspec.ValidationError):
            logger.exception(
                "a stream record is not an event", extra={"sequence_number": record["dynamodb"]["SequenceNumber"]}
            )
            break
    refused = _first_refused(entries) if entries else None
    if refused is not None:
        return refused
    return len(entries) if len(entries) < len(records) else None


def _first_refused(entries: list[dict[str, str]]) -> int | None:
    answer = client("events").put_events(Entries=entries)
    # PutEvents answers 200 even when it took nothing: the count is the only sign.
    if not answer["FailedEntryCount"]:
        return None
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    logger.error("the bus refused events", extra={"codes": codes})
    return next(index for index, code in enumerate(codes) if code)


def _entry(image: Item) -> dict[str, str]:
    values = from_item(image)
    envelope = msgspec.convert(values["envelope"], Envelope)
    with step(envelope.type):
        annotate("correlation_id", envelope.correlation_id)
    entry = {
        "EventBusName": os.environ["EVENT_BUS"],
        "Source": values["source"],
        "DetailType": envelope.type,
        "Detail": envelope.json(),
    }
    if envelope.trace_header:
        entry["TraceHeader"] = envelope.trace_header
    return entry
