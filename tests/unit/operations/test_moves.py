"""Messages go back to where they failed, and what becomes of them is told."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations import moves, streams
from operations.console import OperationError
from operations.moves import Redrive, redrive
from tests.unit.operations.post import CONSUMER, Post, envelope
from tests.unit.operations.test_letters import POINTER

SHORT = Redrive(wait=0.2)


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "_LOOK", 0.001)


def consuming(post: Post, consume: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the work queue's consumer do something before each look at a queue's depth."""
    look = moves.depth

    def depth(sqs: Any, url: str) -> int:
        consume()
        return look(sqs, url)

    monkeypatch.setattr(moves, "depth", depth)


def test_messages_move_to_the_queue_that_they_are_for(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    post, told = Post(), list[str]()
    post.send(envelope(id="1"), envelope(id="2"))
    consuming(post, post.finish, monkeypatch)
    assert redrive(post.target, post.queue(), SHORT, told.append)
    # Named, since SQS itself knows the way back only for what a queue has given up on.
    assert post.sqs.moves == [{"SourceArn": post.dead_arn, "DestinationArn": post.work_arn}]
    assert told == ["Order: 2 messages went back to stack-OrderQueue-1", "Order: 2 done, none came back"]


def test_messages_that_fail_again_are_told_of(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    post, told = Post(), list[str]()

    def fail() -> None:
        for message in post.sqs.receive_message(QueueUrl=post.work).get("Messages", []):
            post.sqs.delete_message(QueueUrl=post.work, ReceiptHandle=message["ReceiptHandle"])
            post.send(message["Body"])

    post.send(envelope())
    consuming(post, fail, monkeypatch)
    assert not redrive(post.target, post.queue(), SHORT, told.append)
    assert told[-1] == "Order: 1 message failed again; `make redrive` says why"


def test_messages_that_nobody_handles_in_time_are_told_of(aws: None) -> None:
    post, told = Post(), list[str]()
    post.send(envelope())
    assert not redrive(post.target, post.queue(), SHORT, told.append)
    assert told[-1] == "Order: 1 message not done after 0 s; `make redrive` later"


def test_the_task_s_progress_is_shown(aws: None) -> None:
    post, told = Post(steps=3), list[str]()
    redrive(post.target, post.queue(), SHORT, told.append)
    assert told[:2] == ["Order: 0 of ? moved", "Order: 1 of ? moved"]


def test_a_task_that_fails_says_why(aws: None) -> None:
    post = Post(fails="AccessDenied")
    with pytest.raises(OperationError, match="Order: the move is FAILED after 0 messages: AccessDenied"):
        redrive(post.target, post.queue(), SHORT, str)


def test_a_task_that_cannot_start_says_why(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "LimitExceeded", "Message": "one is running"}}, "StartMessageMoveTask")

    post = Post()
    monkeypatch.setattr(post.sqs, "start_message_move_task", refuse, raising=False)
    with pytest.raises(OperationError, match="SQS does not move the messages: one is running"):
        redrive(post.target, post.queue(), SHORT, str)


def test_a_queue_that_serves_nothing_is_refused(aws: None) -> None:
    post = Post()
    with pytest.raises(OperationError, match="nothing in the stack says"):
        redrive(post.target, post.queue(work=None), SHORT, str)


class Relay:
    """The stream's function, and the stream."""

    def __init__(self, post: Post, monkeypatch: pytest.MonkeyPatch, answer: Any = None) -> None:
        self.handed: list[Any] = []
        self._answer = answer or {"batchItemFailures": []}
        post.target._clients.update({"lambda": self, "dynamodbstreams": "the stream", "dynamodb": "the table"})
        monkeypatch.setattr(streams, "from_stream", lambda *found: [{"from": found[0], "at": found[2].first}])
        monkeypatch.setattr(streams, "from_journal", lambda *found: [{"from": found[0], "at": found[2].first}])

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  boto3's names
        assert FunctionName == CONSUMER.arn
        self.handed += json.loads(Payload)["Records"]
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode())}


def pointers(*first: int) -> list[str]:
    return [
        json.dumps(
            POINTER | {"DDBStreamBatchInfo": POINTER["DDBStreamBatchInfo"] | {"startSequenceNumber": str(number)}}
        )
        for number in first
    ]


def test_a_stream_s_records_are_handed_over_in_order_and_their_messages_deleted(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, told = Post(), list[str]()
    relay = Relay(post, monkeypatch)
    post.send(*pointers(100, 20, 3))
    assert redrive(post.target, post.queue(stream=True), SHORT, told.append)
    assert relay.handed == [{"from": "the stream", "at": number} for number in ("3", "20", "100")]
    assert post.bodies() == []
    assert told == ["Order: 1 record handed to stack-intake again"] * 3


def test_records_that_fail_again_keep_their_message_and_the_others_go_on(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, told = Post(), list[str]()
    relay = Relay(post, monkeypatch, {"batchItemFailures": [{"itemIdentifier": "4"}]})
    post.send(*pointers(3, 20))
    assert not redrive(post.target, post.queue(stream=True), SHORT, told.append)
    assert len(relay.handed) == 2
    assert len(post.bodies()) == 2
    assert told[0] == "Order: 3 stream records failed again: record 4 failed again; `make redrive` says more"


def test_records_that_the_stream_has_dropped_are_told_of_with_the_way_out(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise streams.RecordsGoneError

    post, told = Post(), list[str]()
    Relay(post, monkeypatch)
    monkeypatch.setattr(streams, "from_stream", gone)
    post.send(*pointers(3))
    assert not redrive(post.target, post.queue(stream=True), SHORT, told.append)
    assert "24 h" in told[0]
    assert told[0].endswith("The events stand in Orders: make redrive QUEUE=Order FROM_JOURNAL=1")
    assert len(post.bodies()) == 1


def test_the_journal_is_read_when_asked_for(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    relay = Relay(post, monkeypatch)
    post.send(*pointers(3))
    assert redrive(post.target, post.queue(stream=True), Redrive(from_journal=True), str)
    assert relay.handed == [{"from": "the table", "at": "3"}]


def test_a_message_that_points_nowhere_stays_and_says_so(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    post, told = Post(), list[str]()
    Relay(post, monkeypatch)
    post.send("nonsense")
    assert not redrive(post.target, post.queue(stream=True), SHORT, told.append)
    assert "purge it: make redrive QUEUE=Order PURGE=1" in told[0]
    assert post.bodies() == ["nonsense"]


def test_an_error_on_the_way_leaves_every_message_visible(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ConnectionError

    post = Post()
    Relay(post, monkeypatch)
    monkeypatch.setattr(streams, "from_stream", broken)
    post.send(*pointers(3, 4))
    with pytest.raises(ConnectionError):
        redrive(post.target, post.queue(stream=True), SHORT, str)
    assert len(post.bodies()) == 2
