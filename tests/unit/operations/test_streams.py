"""Stream records are read again as the function had them."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.dead_letters import Stream
from operations.letters import Pointer
from operations.streams import RecordsGoneError, Refused, from_journal, from_stream, hand_over
from tests.unit.operations.post import ARN

EVENTS = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
STREAM = Stream(ARN, (EVENTS,))
ARRIVED = datetime(2026, 11, 21, 10, tzinfo=UTC)


def pointer(first: int, last: int) -> Pointer:
    return Pointer(ARN, "shard", str(first), str(last), last - first + 1, "RetryAttemptsExhausted", (ARRIVED, ARRIVED))


def record(number: int, key: str = "EVENT#1", name: str = "INSERT") -> dict[str, Any]:
    return {
        "eventName": name,
        "dynamodb": {
            "SequenceNumber": str(number),
            "Keys": {"pk": {"S": "ORDER#1"}, "sk": {"S": key}},
            "NewImage": {"seal": {"B": b"\x01\xff"}, "tags": {"L": [{"S": "x"}]}},
            "ApproximateCreationDateTime": ARRIVED,
        },
    }


class Streams:
    """A shard of these records, in pages of two."""

    def __init__(self, *records: dict[str, Any], error: str | None = None) -> None:
        self._records, self._error = records, error
        self.asked: dict[str, Any] = {}

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        if self._error:
            raise ClientError({"Error": {"Code": self._error, "Message": ""}}, "GetShardIterator")
        return {"ShardIterator": "0"}

    def get_records(self, ShardIterator: str) -> dict[str, Any]:  # noqa: N803  boto3's names
        start = int(ShardIterator)
        return {"Records": list(self._records[start : start + 2]), "NextShardIterator": str(start + 2)}


def numbers(records: list[dict[str, Any]]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def test_the_records_of_the_range_are_read_over_all_pages_and_no_others() -> None:
    streams = Streams(*(record(number) for number in (5, 6, 8, 9, 11)))
    assert numbers(from_stream(streams, STREAM, pointer(5, 9))) == ["5", "6", "8", "9"]
    assert streams.asked == {
        "StreamArn": ARN,
        "ShardId": "shard",
        "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        "SequenceNumber": "5",
    }


def test_sequence_numbers_are_compared_as_numbers() -> None:
    assert numbers(from_stream(Streams(record(9), record(10), record(11)), STREAM, pointer(9, 10))) == ["9", "10"]


def test_what_the_function_never_gets_is_left_out() -> None:
    streams = Streams(record(1), record(2, "STATE", "MODIFY"), record(3, "EVENT#2", "REMOVE"), record(4))
    assert numbers(from_stream(streams, STREAM, pointer(1, 4))) == ["1", "4"]


def test_a_record_has_the_form_of_lambda_s_event() -> None:
    (shaped,) = from_stream(Streams(record(1)), STREAM, pointer(1, 1))
    assert shaped["eventSourceARN"] == ARN
    assert shaped["dynamodb"]["ApproximateCreationDateTime"] == ARRIVED.timestamp()
    assert shaped["dynamodb"]["NewImage"]["seal"] == {"B": "Af8="}
    json.dumps(shaped)


@pytest.mark.parametrize("error", ["TrimmedDataAccessException", "ResourceNotFoundException"])
def test_records_older_than_the_stream_are_gone(error: str) -> None:
    with pytest.raises(RecordsGoneError):
        from_stream(Streams(error=error), STREAM, pointer(1, 1))


def test_a_range_whose_beginning_is_missing_is_gone() -> None:
    for streams in (Streams(), Streams(record(2))):
        with pytest.raises(RecordsGoneError):
            from_stream(streams, STREAM, pointer(1, 2))


def test_another_error_is_not_taken_for_lost_records() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        from_stream(Streams(error="AccessDenied"), STREAM, pointer(1, 1))


class Lambda:
    """A function with one answer."""

    def __init__(self, answer: Any, **more: Any) -> None:
        self._answer, self._more = answer, more
        self.payload: Any = None

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  boto3's names
        self.payload = json.loads(Payload)
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode())} | self._more


def test_the_function_gets_the_records_as_one_event() -> None:
    function = Lambda({"batchItemFailures": []})
    hand_over(function, "f", [{"n": 1}, {"n": 2}])
    assert function.payload == {"Records": [{"n": 1}, {"n": 2}]}


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (Lambda({"batchItemFailures": [{"itemIdentifier": "7"}]}), "record 7 failed again"),
        (Lambda({"errorType": "Boom", "errorMessage": "bad"}, FunctionError="Unhandled"), "Boom: bad"),
    ],
)
def test_a_failure_of_either_kind_is_told(function: Lambda, reason: str) -> None:
    with pytest.raises(Refused) as raised:
        hand_over(function, "f", [{}])
    assert raised.value.reason == reason


class Table:
    """A table that is scanned."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self._items = items
        self.asked: dict[str, Any] = {}

    def get_paginator(self, _name: str) -> "Table":
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked = asked
        return [{"Items": [item]} for item in self._items]


def event(order: str, number: int, at: str) -> dict[str, Any]:
    return {
        "pk": {"S": f"ORDER#{order}"},
        "sk": {"S": f"EVENT#{number:09d}"},
        "envelope": {"M": {"occurredAt": {"S": at}}},
    }


def test_the_journal_gives_the_events_of_that_time_in_their_order() -> None:
    later, sooner = event("a", 2, "2026-11-21T10:00:02.000Z"), event("a", 1, "2026-11-21T10:00:01.000Z")
    table = Table(later, sooner, event("b", 1, "2026-11-21T10:00:01.500Z"))
    records = from_journal(table, STREAM, pointer(1, 2))
    assert [(r["dynamodb"]["Keys"]["pk"]["S"], r["dynamodb"]["Keys"]["sk"]["S"]) for r in records] == [
        ("ORDER#a", "EVENT#000000001"), ("ORDER#b", "EVENT#000000001"), ("ORDER#a", "EVENT#000000002"),
    ]  # fmt: skip
    assert records[0]["dynamodb"]["NewImage"] == sooner
    assert table.asked["TableName"] == "Orders"
    values = table.asked["ExpressionAttributeValues"]
    assert (values[":start"]["S"], values[":end"]["S"]) == ("2026-11-21T09:58:00.000Z", "2026-11-21T10:02:00.000Z")
