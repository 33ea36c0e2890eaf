"""The way to the support topic."""

import os
from typing import Any

from yafdp.kernel.clients import client
from yafdp.support.messages import Notice

SUBJECT_LENGTH = 100


def publish(notice: Notice) -> None:
    """Put a notice on the topic. A repeat has the same `eventId`, by which a subscriber can tell."""
    attributes = {name: _attribute(value) for name, value in notice.attributes.items()}
    client("sns").publish(
        TopicArn=os.environ["SUPPORT_TOPIC_ARN"],
        Subject=_subject(notice.subject),
        Message=notice.text,
        MessageAttributes=attributes,
    )


def _subject(text: str) -> str:
    """SNS takes printable ASCII and at most 100 characters.
    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    return text.encode("ascii", "replace").decode()[:SUBJECT_LENGTH]


def _attribute(value: Any) -> dict[str, str]:
    kind = "Number" if isinstance(value, int) else "String"
    return {"DataType": kind, "StringValue": str(value)}
