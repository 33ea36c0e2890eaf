"""The way to the support topic."""

import os
from typing import Any

from yafdp.kernel.clients import client
from yafdp.support.messages import Notice


def publish(notice: Notice) -> None:
    """Put a notice on the topic. A repeat has the same `eventId`, by which a subscriber can tell."""
    attributes = {name: _attribute(value) for name, value in notice.attributes.items()}
    client("sns").publish(
        TopicArn=os.environ["SUPPORT_TOPIC_ARN"],
        Subject=notice.subject,
        Message=notice.text,
        MessageAttributes=attributes,
    )


def _attribute(value: Any) -> dict[str, str]:
    kind = "Number" if isinstance(value, int) else "String"
    return {"DataType": kind, "StringValue": str(value)}
