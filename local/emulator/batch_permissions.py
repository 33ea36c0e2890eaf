"""A permission on an SQS action covers the action's batch version.

MiniStack 1.5.33 asks for `sqs:SendMessageBatch`, `sqs:DeleteMessageBatch` and `sqs:ChangeMessageVisibilityBatch`. IAM
has no such actions: whoever may send, delete or change one message may do it in batches.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
"""

from typing import Any

from ministack.core import iam_actions


def install() -> None:
    """Ask for the single action's permission."""
    extract = iam_actions.extract_iam_action

    def extract_iam_action(*request: Any, **named: Any) -> str | None:
        action: str | None = extract(*request, **named)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_iam_action
