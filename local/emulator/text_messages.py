"""Text messages know when they were sent.

MiniStack 1.5.33 keeps what is published to a phone number without a time, so that it cannot be listed among e-mails.
The bridge writes the time beside it.
"""

import time
from typing import Any

from ministack.services import sns


def install() -> None:
    """Date each text message after it has been kept."""
    upstream = sns._publish

    def publish(parameters: Any) -> Any:
        answer = upstream(parameters)
        if number := sns._p(parameters, "PhoneNumber"):
            for record in sns._sms_log_for(number)[-1:]:
                record.setdefault("Timestamp", time.time())
        return answer

    sns._publish = publish
