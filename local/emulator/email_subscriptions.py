"""A topic's e-mail subscribers confirm by a link, and what the topic tells them is a mail that can be read.

MiniStack 1.5.33 takes an e-mail subscription as confirmed and drops what is published, and a second subscription of an
address changes nothing whatever it asks for. AWS sends a mail with a link first, and nothing else before that has been
followed; each mail ends with a link to leave; a second subscription with other attributes is an error. The bridge does
so, and puts the mails where those of SES are. Their links lead to this emulator.
Left as it is: a subscription that a template makes counts as confirmed, so that what it filters can be watched at once.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from ministack.core.responses import _request_region, new_uuid
from ministack.services import ses, sns

Subscription = dict[str, Any]
# AWS's own sender: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
_SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
_PROTOCOLS = {"email", "email-json"}
_REGION = 3  # the field of an ARN


def _link(**parameters: str) -> str:
    return f"{os.environ['AWS_ENDPOINT_URL']}/?{urlencode(parameters)}"


def _send(subscription: Subscription, subject: str, text: str) -> None:
    ses._record_send(_SENDER, [subscription["endpoint"]], subject=subject, body_text=text, type_name="sns.Email")


def _ask(subscription: Subscription) -> None:
    topic = subscription["topic_arn"]
    link = _link(Action="ConfirmSubscription", TopicArn=topic, Token=subscription["token"])
    text = f"You have chosen to subscribe to the topic:\n{topic}\n\nTo confirm this subscription, visit:\n{link}\n"
    _send(subscription, "AWS Notification - Subscription Confirmation", text)


def _tell(topic: dict[str, Any], message: str, subject: str, attributes: dict[str, Any]) -> None:
    for subscription in _by_email(topic):
        if subscription["confirmed"] and sns._matches_filter_policy(subscription, attributes, message):
            leave = _link(Action="Unsubscribe", SubscriptionArn=subscription["arn"])
            text = f"{message}\n\n--\nTo stop receiving notifications from this topic, visit:\n{leave}\n"
            _send(subscription, subject or "AWS Notification Message", text)


def _by_email(topic: dict[str, Any] | None) -> Iterator[Subscription]:
    return (entry for entry in (topic or {}).get("subscriptions", []) if entry.get("protocol") in _PROTOCOLS)


def _asked_for(parameters: Any) -> dict[str, str]:
    """The attributes that a Subscribe request names."""
    asked = {}
    number = 1
    while key := sns._p(parameters, f"Attributes.entry.{number}.key"):
        asked[key] = sns._p(parameters, f"Attributes.entry.{number}.value")
        number += 1
    return asked


def _confirm_subscriptions() -> None:
    upstream = sns._subscribe

    def subscribe(parameters: Any) -> Any:
        if sns._p(parameters, "Protocol") not in _PROTOCOLS:
            return upstream(parameters)
        topic = sns._topic_by_arn_any_scope(sns._p(parameters, "TopicArn"))
        known = {entry["endpoint"]: entry for entry in _by_email(topic)}
        subscription = known.get(sns._p(parameters, "Endpoint"))
        if subscription and not _asked_for(parameters).items() <= subscription["attributes"].items():
            reason = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
            return sns._error("InvalidParameter", reason, 400)
        answer = upstream(parameters)
        added = [entry for entry in _by_email(topic) if entry["endpoint"] not in known]
        for subscription in added:
            subscription.update(confirmed=False, token=new_uuid())
            subscription["attributes"] |= {"PendingConfirmation": "true", "ConfirmationWasAuthenticated": "false"}
            sns._refresh_subscription_counts(topic)
            _ask(subscription)
        return _answered(answer, subscription, parameters)

    sns._subscribe = subscribe


def _answered(answer: Any, subscription: Subscription | None, parameters: Any) -> Any:
    """Who has not confirmed has no ARN yet, as far as the caller is told, unless the caller asks for it."""
    shown = sns._p(parameters, "ReturnSubscriptionArn").lower() == "true"
    if subscription is None or subscription["confirmed"] or shown:
        return answer
    arn = "pending confirmation"
    content = f"<SubscribeResult><SubscriptionArn>{arn}</SubscriptionArn></SubscribeResult>"
    return sns._xml(200, "SubscribeResponse", content)


def _lead_links_to_their_region() -> None:
    """A link carries no signature to tell the region by; on AWS its host does."""
    for name, parameter in (("_confirm_subscription", "TopicArn"), ("_unsubscribe", "SubscriptionArn")):
        setattr(sns, name, _in_its_region(getattr(sns, name), parameter))


def _in_its_region(upstream: Callable[[Any], Any], parameter: str) -> Callable[[Any], Any]:
    def handle(parameters: Any) -> Any:
        fields = sns._p(parameters, parameter).split(":")
        if len(fields) > _REGION and fields[_REGION]:
            _request_region.set(fields[_REGION])
        return upstream(parameters)

    return handle


def install() -> None:
    """Ask for confirmation, and send a mail to each confirmed subscriber after the others have been told."""
    _confirm_subscriptions()
    _lead_links_to_their_region()
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
            _tell(topic, text, subject, message_attributes or {})

    sns._fanout = fanout
