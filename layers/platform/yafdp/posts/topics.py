"""Topics as they come in paths and queries."""

import re

from yafdp.kernel.errors import FieldError, InvalidRequest
from yafdp.posts.messages import LONGEST_TOPIC, TOPIC


def checked(topic: str, pointer: str = "path:topic") -> str:
    """The topic. Raises InvalidRequest that points at where it came from, if it is none."""
    if len(topic) > LONGEST_TOPIC or not re.fullmatch(TOPIC.removesuffix("$"), topic):
        detail = f"a topic has at most {LONGEST_TOPIC} lower-case letters, digits and single hyphens between them"
        raise InvalidRequest(detail, (FieldError(pointer, detail),))
    return topic
