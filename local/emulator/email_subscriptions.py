"""What a topic tells its e-mail subscribers is a mail that can be read.

MiniStack 1.5.33 takes an e-mail subscription and drops what is published. AWS sends a mail. The bridge puts it where
the mails of SES are. On AWS a subscriber must first confirm by a link; here whoever is subscribed has confirmed.
"""

from typing import Any

from ministack.services import ses, sns

# AWS's own sender: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
_SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
_PROTOCOLS = {"email", "email-json"}


def _mail(topic: dict[str, Any], message: str, subject: str, attributes: dict[str, Any]) -> None:
    for subscription in topic["subscriptions"]:
        if subscription.get("protocol") in _PROTOCOLS and sns._matches_filter_policy(subscription, attributes, message):
            ses._record_send(
                _SENDER,
                [subscription["endpoint"]],
                subject=subject or "AWS Notification Message",
                body_text=message,
                type_name="sns.Email",
            )


def install() -> None:
    """Send a mail to each e-mail subscriber after the others have been told."""
    upstream = sns._fanout

    def fanout(
        topic_arn: str,
        message_id: str,
        message: str,
        subject: str,
        message_structure: str = "",
        message_attributes: dict[str, Any] | None = None,
        **named: str,
    ) -> None:
        upstream(topic_arn, message_id, message, subject, message_structure, message_attributes, **named)
        if topic := sns._topic_by_arn_any_scope(topic_arn):
            text = sns._resolve_message_for_protocol(message, message_structure, "email")
            _mail(topic, text, subject, message_attributes or {})

    sns._fanout = fanout
