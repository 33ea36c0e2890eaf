"""Stream records that a function has given up on: read again, from the stream or from the journal, and handed over.

A stream's failure queue holds pointers, not events. A stream keeps its records for 24 hours; after that the journal
still has every event, as an item of its table.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from operations.dead_letters import Stream
from operations.letters import Pointer
from operations.patterns import matches

type Record = dict[str, Any]

# TrimmedData…: older than the stream's 24 hours. ResourceNotFound: its shard, or the whole stream, is gone.
_GONE = ("TrimmedDataAccessException", "ResourceNotFoundException")
_CLOCK_SKEW = timedelta(minutes=2)  # between the function that dated an event and the stream that it arrived in


class RecordsGoneError(Exception):
    """The stream no longer has the records."""


@dataclass(frozen=True)
class Refused(Exception):
    """The function has failed again; `reason` is its own."""

    reason: str


def from_stream(streams: Any, stream: Stream, pointer: Pointer) -> list[Record]:
    """The records a pointer points to, as the function gets them. Raises RecordsGoneError."""
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=pointer.stream,
            ShardId=pointer.shard,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=pointer.first,
        )["ShardIterator"]
        records = list(_until(streams, iterator, int(pointer.last)))
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            raise RecordsGoneError from error
        raise
    if not records or int(records[0]["dynamodb"]["SequenceNumber"]) > int(pointer.first):
        raise RecordsGoneError
    return [shaped for record in records if _passes(shaped := _shaped(record, pointer.stream), stream.patterns)]


def _until(streams: Any, iterator: str | None, last: int) -> Iterator[Record]:
    """A shard's records up to a sequence number, or to its present end."""
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            yield record
        # What is pointed to has been written long ago: an empty page is the end.
        iterator = answer.get("NextShardIterator") if answer["Records"] else None


def from_journal(dynamodb: Any, stream: Stream, pointer: Pointer) -> list[Record]:
    """Records made of the journal's events from around the time in which the lost ones arrived, oldest first.

    There may be more of them than were lost: every consumer knows an event again by its id.
    """
    start, end = pointer.arrived[0] - _CLOCK_SKEW, pointer.arrived[1] + _CLOCK_SKEW
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=stream.table,
        FilterExpression="begins_with(sk, :event) AND envelope.occurredAt BETWEEN :start AND :end",
        ExpressionAttributeValues={
            ":event": {"S": "EVENT#"}, ":start": {"S": _text(start)}, ":end": {"S": _text(end)},
        },
    )  # fmt: skip
    items = [item for page in pages for item in page["Items"]]
    items.sort(key=lambda item: (item["envelope"]["M"]["occurredAt"]["S"], item["pk"]["S"], item["sk"]["S"]))
    records = [
        {
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": {"pk": item["pk"], "sk": item["sk"]},
                "NewImage": _plain(item),
                "SequenceNumber": str(number),
            },
        }
        for number, item in enumerate(items)
    ]
    return [record for record in records if _passes(record, stream.patterns)]


def hand_over(lambda_: Any, function: str, records: list[Record]) -> None:
    """Give the records to the function as the stream would have. Raises Refused if one of them fails again."""
    answer = lambda_.invoke(FunctionName=function, Payload=json.dumps({"Records": records}).encode())
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise Refused(f"{result.get('errorType', 'error')}: {result.get('errorMessage', '')}")
    if failures := (result or {}).get("batchItemFailures"):
        raise Refused(f"record {failures[0]['itemIdentifier']} failed again")


def _passes(record: Record, patterns: tuple[Any, ...]) -> bool:
    return not patterns or any(matches(pattern, record) for pattern in patterns)


def _shaped(record: Record, stream: str) -> Record:
    """A record of GetRecords as Lambda puts it into an event."""
    changed = dict(record["dynamodb"])
    created = changed.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        changed["ApproximateCreationDateTime"] = created.timestamp()
    shaped: Record = _plain(record | {"dynamodb": changed, "eventSourceARN": stream})
    return shaped


def _plain(value: Any) -> Any:
    """The value with binaries as base64, as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _text(moment: datetime) -> str:
    """A moment as envelopes have it: UTC, with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
