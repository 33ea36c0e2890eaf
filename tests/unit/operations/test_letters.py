"""What is in a dead-letter queue is looked at, not taken."""

import json
from typing import Any

import pytest

from operations.letters import Letter, delete, looked_at, received
from tests.unit.operations.post import Post, envelope

POINTER: dict[str, Any] = {
    "requestContext": {"condition": "RetryAttemptsExhausted"},
    "DDBStreamBatchInfo": {
        "shardId": "shard",
        "startSequenceNumber": "10",
        "endSequenceNumber": "12",
        "approximateArrivalOfFirstRecord": "2026-11-21T10:00:00Z",
        "approximateArrivalOfLastRecord": "2026-11-21T10:00:01Z",
        "batchSize": 3,
        "streamArn": "arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/2026",
    },
}


def letter(body: str, **attributes: str) -> Letter:
    message: dict[str, Any] = {
        "MessageId": "m-1",
        "ReceiptHandle": "r-1",
        "Body": body,
        "Attributes": {"SentTimestamp": "1767225600000"},
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
    return Letter(message)


def test_a_command_says_its_type_its_aggregate_and_its_story() -> None:
    read = letter(envelope())
    assert (read.kind, read.aggregate, read.correlation) == ("SubmitOrder", "order-1", "story-1")
    assert read.sent.isoformat() == "2026-01-01T00:00:00+00:00"


def test_an_event_from_the_bus_says_the_same() -> None:
    read = letter(json.dumps({"detail-type": "OrderPlaced", "detail": json.loads(envelope("OrderPlaced"))}))
    assert (read.kind, read.aggregate, read.correlation) == ("OrderPlaced", "order-1", "story-1")


def test_a_stream_s_failure_says_what_it_points_to() -> None:
    pointer = letter(json.dumps(POINTER)).pointer
    assert pointer is not None
    assert (str(pointer), pointer.first, pointer.last) == ("3 stream records", "10", "12")
    assert pointer.condition == "RetryAttemptsExhausted"


@pytest.mark.parametrize("body", ["not json", "[]", "3", '{"detail": 3}', "null"])
def test_whatever_else_is_shown_as_it_begins(body: str) -> None:
    read = letter(body)
    assert read.kind == f"no envelope: {body!r}"
    assert (read.aggregate, read.correlation, read.pointer) == ("-", "-", None)


def test_a_message_that_its_rule_could_not_deliver_says_why() -> None:
    read = letter(envelope(), RULE_ARN="arn:rule", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not allowed")
    assert read.undelivered == "NO_PERMISSIONS: not allowed"
    assert letter(envelope(), RULE_ARN="arn:rule").undelivered == "undelivered"
    assert letter(envelope()).undelivered is None


def test_looking_leaves_every_message_where_it_was(aws: None) -> None:
    post = Post()
    post.send(*(envelope(id=str(number)) for number in range(13)))
    assert len(looked_at(post.sqs, post.dead, limit=20)) == 13
    assert len(post.bodies()) == 13


def test_looking_stops_at_the_limit(aws: None) -> None:
    post = Post()
    post.send(*(envelope(id=str(number)) for number in range(13)))
    assert len(looked_at(post.sqs, post.dead, limit=12)) == 12


def test_what_was_looked_at_comes_oldest_first(aws: None) -> None:
    post = Post()
    post.send("one", "two", "three")
    sent = [read.sent for read in looked_at(post.sqs, post.dead, limit=10)]
    assert sent == sorted(sent)


def test_deleting_says_what_was_not_deleted(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    post.send("one", "two")
    (batch,) = received(post.sqs, post.dead, limit=None, hide=60)
    refusal = {"Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": False}]}
    monkeypatch.setattr(post.sqs._client, "delete_message_batch", lambda **_: refusal)
    assert delete(post.sqs, post.dead, batch) == [batch[1]]
