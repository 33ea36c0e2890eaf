"""What is in a dead-letter queue: messages, looked at without being taken, and what each of them says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from operations.console import counted

RECEIVED_AT_ONCE = 10  # SQS's limit
_EXCERPT = 60  # characters of a body that is nothing we know

type Message = dict[str, Any]


@dataclass(frozen=True)
class Pointer:
    """What a stream's failure record points to: a range of records in a shard."""

    stream: str
    shard: str
    first: str
    last: str
    number: int
    condition: str
    arrived: tuple[datetime, datetime]

    def __str__(self) -> str:
        return counted(self.number, "stream record")


@dataclass(frozen=True)
class Letter:
    """One message of a dead-letter queue."""

    message: Message

    @property
    def id(self) -> str:
        """SQS's id of the message; it stays the same on the way into the dead-letter queue."""
        return str(self.message["MessageId"])

    @property
    def receipt(self) -> str:
        """By which SQS knows this receive."""
        return str(self.message["ReceiptHandle"])

    @property
    def body(self) -> str:
        """The message as it was sent."""
        return str(self.message["Body"])

    @property
    def sent(self) -> datetime:
        """When it was sent. The way into the dead-letter queue does not change that; receive times start anew there."""
        return datetime.fromtimestamp(int(self.message["Attributes"]["SentTimestamp"]) / 1000, UTC)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The body's JSON object; empty if it is none."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The envelope in the body: bare, or as the detail of an EventBridge event."""
        detail = self.content.get("detail", self.content)
        return detail if isinstance(detail, dict) else {}

    @cached_property
    def pointer(self) -> Pointer | None:
        """Where the stream records are that this tells of; None for a message that has its content itself."""
        batch = self.content.get("DDBStreamBatchInfo")
        if not isinstance(batch, dict):
            return None
        return Pointer(
            batch["streamArn"],
            batch["shardId"],
            batch["startSequenceNumber"],
            batch["endSequenceNumber"],
            int(batch["batchSize"]),
            str(self.content.get("requestContext", {}).get("condition", "")),
            (
                datetime.fromisoformat(batch["approximateArrivalOfFirstRecord"]),
                datetime.fromisoformat(batch["approximateArrivalOfLastRecord"]),
            ),
        )

    @property
    def kind(self) -> str:
        """What it is, for a person."""
        if self.pointer:
            return str(self.pointer)
        known = self.envelope.get("type") or self.content.get("detail-type") or self.content.get("Type")
        return str(known or f"no envelope: {self.body[:_EXCERPT]!r}")

    @property
    def aggregate(self) -> str:
        """Whose event or command it is."""
        return str(self.envelope.get("aggregateId", "-"))

    @property
    def correlation(self) -> str:
        """The id of the story that it belongs to."""
        return str(self.envelope.get("correlationId", "-"))

    @property
    def undelivered(self) -> str | None:
        """Why EventBridge could not deliver it, if it has never been in the consumer's queue.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        """
        attributes = self.message.get("MessageAttributes") or {}
        values = {name: attributes[name].get("StringValue", "") for name in attributes}
        if "RULE_ARN" not in values:
            return None
        return f"{values.get('ERROR_CODE', 'undelivered')}: {values.get('ERROR_MESSAGE', '')}".rstrip(": ")

    def record(self) -> dict[str, Any]:
        """Everything about it, as JSON, but for the receipt."""
        return {name: value for name, value in self.message.items() if name not in ("ReceiptHandle", "MD5OfBody")}


def received(sqs: Any, url: str, *, limit: int | None, hide: int) -> Iterator[list[Letter]]:
    """Batches of the queue's messages until it is empty or `limit` are there; each is hidden for `hide` seconds."""
    seen: set[str] = set()
    while limit is None or len(seen) < limit:
        wanted = RECEIVED_AT_ONCE if limit is None else min(RECEIVED_AT_ONCE, limit - len(seen))
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=wanted,
            VisibilityTimeout=hide,
            WaitTimeSeconds=1,  # asks all of SQS's servers: a short poll may find nothing where there is something
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        batch = [Letter(message) for message in answer.get("Messages", [])]
        new = [letter for letter in batch if letter.id not in seen]
        if not new:
            return
        seen.update(letter.id for letter in new)
        yield new


def show_again(sqs: Any, url: str, letters: list[Letter]) -> None:
    """Make received messages visible at once."""
    for start in range(0, len(letters), RECEIVED_AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
            for number, letter in enumerate(letters[start : start + RECEIVED_AT_ONCE])
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def looked_at(sqs: Any, url: str, limit: int) -> list[Letter]:
    """Up to `limit` messages, oldest first; they are visible again when this returns."""
    hide = 30  # seconds: longer than it takes to look at `limit` of them
    letters = [letter for batch in received(sqs, url, limit=limit, hide=hide) for letter in batch]
    show_again(sqs, url, letters)
    return sorted(letters, key=lambda letter: letter.sent)


def delete(sqs: Any, url: str, letters: list[Letter]) -> list[Letter]:
    """Delete received messages; returns those that SQS did not delete."""
    kept: list[Letter] = []
    for start in range(0, len(letters), RECEIVED_AT_ONCE):
        batch = letters[start : start + RECEIVED_AT_ONCE]
        entries = [{"Id": str(number), "ReceiptHandle": letter.receipt} for number, letter in enumerate(batch)]
        answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        kept += [batch[int(failure["Id"])] for failure in answer.get("Failed", [])]
    return kept
