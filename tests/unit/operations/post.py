"""A stack's queues in memory: moto's SQS, with the move tasks that moto does not have."""

import json
from typing import Any

import boto3

from operations.dead_letters import Consumer, DeadLetterQueue, Stream
from operations.target import Target

CONSUMER = Consumer(
    "arn:aws:lambda:eu-central-1:1:function:stack-intake", "stack-intake", "ordering", "/stack/ordering"
)
ARN = "arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/2026"


def envelope(name: str = "SubmitOrder", **changes: Any) -> str:
    """The body of a command."""
    known = {"id": "e-1", "type": name, "aggregateId": "order-1", "correlationId": "story-1", "data": {}}
    return json.dumps(known | changes)


class Sqs:
    """moto's client, with move tasks. `fails` ends them so; `steps` is how many looks they take."""

    def __init__(self, client: Any, fails: str | None = None, steps: int = 1) -> None:
        self._client, self._fails, self._steps = client, fails, steps
        self.moves: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def url(self, arn: str) -> str:
        """The URL of a queue."""
        url: str = self._client.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
        return url

    def start_message_move_task(self, SourceArn: str, DestinationArn: str) -> None:  # noqa: N803  boto3's names
        self.moves.append({"SourceArn": SourceArn, "DestinationArn": DestinationArn})
        moved = 0
        while not self._fails and (found := self._client.receive_message(QueueUrl=self.url(SourceArn)).get("Messages")):
            for message in found:
                self._client.send_message(QueueUrl=self.url(DestinationArn), MessageBody=message["Body"])
                self._client.delete_message(QueueUrl=self.url(SourceArn), ReceiptHandle=message["ReceiptHandle"])
                moved += 1
        ended = {"Status": "FAILED", "FailureReason": self._fails} if self._fails else {"Status": "COMPLETED"}
        self.tasks = [
            *({"Status": "RUNNING", "ApproximateNumberOfMessagesMoved": n} for n in range(self._steps - 1)),
            ended | {"ApproximateNumberOfMessagesMoved": moved},
        ]

    def list_message_move_tasks(self, SourceArn: str, MaxResults: int) -> dict[str, Any]:  # noqa: N803
        task = self.tasks.pop(0) if len(self.tasks) > 1 else self.tasks[0]
        return {"Results": [task]}


class Post:
    """A target with a work queue and its dead-letter queue, both in moto."""

    def __init__(self, **settings: Any) -> None:
        self.sqs = Sqs(boto3.client("sqs"), **settings)
        self.target = Target("stack", "eu-central-1")
        self.target._clients.update(sqs=self.sqs)
        self.work, self.work_arn = self._queue("stack-OrderQueue-1")
        self.dead, self.dead_arn = self._queue("stack-OrderDeadLetterQueue-1")

    def _queue(self, name: str) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def send(self, *bodies: str, url: str | None = None, **settings: Any) -> None:
        """Put messages into the dead-letter queue, or another."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=url or self.dead, MessageBody=body, **settings)

    def bodies(self, url: str | None = None) -> list[str]:
        """What is visible in a queue; it stays there."""
        found: list[str] = []
        while messages := self.sqs.receive_message(QueueUrl=url or self.dead, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in messages]
        return sorted(found)

    def finish(self) -> None:
        """Have the work queue's messages handled."""
        for message in self.sqs.receive_message(QueueUrl=self.work, MaxNumberOfMessages=10).get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.work, ReceiptHandle=message["ReceiptHandle"])

    def queue(self, *, stream: bool = False, **changes: Any) -> DeadLetterQueue:
        """The dead-letter queue as it is found now."""
        counts = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["All"])["Attributes"]
        number = int(counts["ApproximateNumberOfMessages"])
        serves: dict[str, Any] = {"work": (self.work, self.work_arn)}
        if stream:
            serves = {"stream": Stream(ARN, ({"eventName": ["INSERT"]},))}
        given = serves | {"consumer": CONSUMER, "feeds": ["OrderQueue", "CheckoutsRule"]} | changes
        return DeadLetterQueue("OrderDeadLetterQueue", self.dead, self.dead_arn, number, 0, **given)
