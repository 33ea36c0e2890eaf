"""A message that failed comes again soon, then later and later."""

from collections import Counter
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from tests.unit.kernel.test_queue import Context, body
from yafdp.kernel import redelivery
from yafdp.kernel.queue import each_message

LONG = 600  # seconds: the queue's own visibility timeout


class Queue:
    """A queue in memory, and Lambda's part of reading it."""

    def __init__(self) -> None:
        self._sqs = boto3.client("sqs")
        self._url = self._sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": str(LONG)})["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        self._arn = answer["Attributes"]["QueueArn"]

    def send(self, *bodies: str) -> None:
        for text in bodies:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=text)

    def records(self) -> list[dict[str, Any]]:
        """A batch, as the event source mapping puts it."""
        messages = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )["Messages"]
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message["Attributes"]),
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": self._arn,
            }
            for message in messages
        ]

    def handle(self) -> list[str]:
        """Have a batch consumed by one who fails at `Broken`; returns the reported ids."""
        answer = each_message(fail_at_broken)({"Records": self.records()}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def fail_at_broken(message: Any) -> None:
    if message.type == "Broken":
        raise RuntimeError("broken")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The visibility timeouts that SQS was told, call by call."""
    told = list[list[int]]()
    sqs = redelivery.queues()
    change = sqs.change_message_visibility_batch

    def spy(**request: Any) -> Any:
        told.append([entry["VisibilityTimeout"] for entry in request["Entries"]])
        return change(**request)

    monkeypatch.setattr(sqs, "change_message_visibility_batch", spy)
    return told


@pytest.mark.parametrize(("received", "longest"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5000, 60)])
def test_the_wait_has_full_jitter_below_a_bound_that_doubles(received: int, longest: int) -> None:
    seen = Counter(redelivery.wait(received) for _ in range(100 * longest))
    assert set(seen) == set(range(1, longest + 1))


def test_only_what_failed_gets_a_new_time(aws: None, waits: list[list[int]]) -> None:
    queue = Queue()
    queue.send(body("One"), body("Broken"), body("Two"))
    assert len(queue.handle()) == 1
    assert waits == [[1]]


def test_a_batch_without_failures_makes_no_call(aws: None, waits: list[list[int]]) -> None:
    queue = Queue()
    queue.send(body("One"))
    assert queue.handle() == []
    assert waits == []


def test_more_failures_than_fit_into_a_call_are_told_in_several(aws: None, waits: list[list[int]]) -> None:
    queue = Queue()
    queue.send(*[body("Broken")] * 10)
    record = queue.records()[0]
    redelivery.come_again([SQSRecord(record)] * 12)
    assert [len(call) for call in waits] == [10, 2]


def test_a_later_failure_waits_longer(monkeypatch: pytest.MonkeyPatch, aws: None, waits: list[list[int]]) -> None:
    monkeypatch.setattr("random.randint", lambda _, longest: longest)
    queue = Queue()
    queue.send(body("Broken"))
    (record,) = queue.records()
    record["attributes"]["ApproximateReceiveCount"] = "5"
    redelivery.come_again([SQSRecord(record)])
    assert waits == [[16]]


@pytest.mark.parametrize("refusal", [RuntimeError("no network"), KeyError("eventSourceARN")])
def test_a_batch_does_not_fail_because_sqs_did_not_hear_of_it(
    aws: None, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def refuse(**_: Any) -> None:
        raise refusal

    monkeypatch.setattr(redelivery.queues(), "change_message_visibility_batch", refuse)
    queue = Queue()
    queue.send(body("One"), body("Broken"))
    assert len(queue.handle()) == 1


def test_a_message_that_sqs_no_longer_knows_is_only_logged(aws: None, caplog: pytest.LogCaptureFixture) -> None:
    queue = Queue()
    queue.send(body("Broken"))
    (record,) = queue.records()
    redelivery.come_again([SQSRecord(record | {"receiptHandle": "gone"})])
    assert "wait for their queue's visibility timeout" in caplog.text
