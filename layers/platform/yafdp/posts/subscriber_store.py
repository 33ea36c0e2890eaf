"""Who hears of which topics: a row for each user, and their one e-mail subscription to the SNS topic.

SNS keeps one subscription for an address and a topic of its own, so all the topics that a user hears of stand in that
subscription's filter policy.
"""

import json
import os
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.journal import Recorded
from yafdp.posts.messages import SubscriptionStatus
from yafdp.posts.model import Subscriber, filter_policy

_LIMITS = {"FilterPolicyLimitExceeded", "SubscriptionLimitExceeded", "Throttled"}


def load(user_id: str) -> Recorded[Subscriber]:
    """What the user hears of."""
    answer = client("dynamodb").get_item(TableName=_table(), Key=_key(user_id), ConsistentRead=True)
    if "Item" not in answer:
        return Recorded(None, 0)
    values = from_item(answer["Item"])
    return Recorded(msgspec.convert(values["subscriber"], Subscriber), values["version"])


def save(user_id: str, subscriber: Subscriber, expected: int) -> bool:
    """Keep it in the place of the expected version; False if that no longer stands."""
    values = {"subscriber": msgspec.to_builtins(subscriber), "version": expected + 1}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if expected:
        condition = {
            "ConditionExpression": "version = :expected",
            "ExpressionAttributeValues": to_item({":expected": expected}),
        }
    try:
        client("dynamodb").put_item(TableName=_table(), Item=_key(user_id) | to_item(values), **condition)
    except ClientError as error:
        if is_refused(error):
            return False
        raise
    return True


def settle(subscriber: Subscriber) -> str | None:
    """Bring SNS's subscription in line with what the user hears of; its ARN, None if there is none any more.

    The same again changes nothing. A new subscription is pending until the mailbox's owner follows the link that SNS
    sends there. Raises Unavailable where SNS takes no more.
    """
    if not subscriber.topics:
        return _ended(subscriber.arn) if subscriber.arn else None
    if subscriber.arn and _set_policy(subscriber.arn, subscriber.topics):
        return subscriber.arn
    return _subscribed(subscriber)


def end(arn: str) -> None:
    """End a subscription, whatever becomes of its topics."""
    _ended(arn)


def status(arn: str | None) -> SubscriptionStatus | None:
    """Whether SNS sends mail; None if it has no such subscription: its owner has left by the link in a mail, or never
    confirmed.
    """
    if arn is None:
        return None
    sns = client("sns")
    try:
        answer = sns.get_subscription_attributes(SubscriptionArn=arn)
    except sns.exceptions.NotFoundException:
        return None
    pending = answer["Attributes"]["PendingConfirmation"] == "true"
    return SubscriptionStatus.PENDING if pending else SubscriptionStatus.CONFIRMED


def _subscribed(subscriber: Subscriber) -> str:
    sns = client("sns")
    wanted = {"TopicArn": os.environ["POSTS_TOPIC_ARN"], "Protocol": "email", "Endpoint": subscriber.email}
    policy = {"FilterPolicy": json.dumps(filter_policy(subscriber.topics))}
    try:
        return str(sns.subscribe(**wanted, Attributes=policy, ReturnSubscriptionArn=True)["SubscriptionArn"])
    except sns.exceptions.InvalidParameterException:
        # The address has a subscription with another policy, which our row does not know: its writer died before.
        arn = str(sns.subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"])
        _set_policy(arn, subscriber.topics)
        return arn
    except ClientError as error:
        raise _full(error) from error


def _set_policy(arn: str, topics: tuple[str, ...]) -> bool:
    """Whether there is such a subscription, which has the policy then."""
    sns = client("sns")
    try:
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=json.dumps(filter_policy(topics))
        )
    except sns.exceptions.NotFoundException:
        return False
    except ClientError as error:
        raise _full(error) from error
    return True


def _ended(arn: str) -> str | None:
    """A confirmed subscription is deleted. SNS does not delete a pending one, so that one is told nothing, and SNS
    forgets it by itself.
    """
    found = status(arn)
    if found is SubscriptionStatus.PENDING:
        return arn if _set_policy(arn, ()) else None
    if found is SubscriptionStatus.CONFIRMED:
        client("sns").unsubscribe(SubscriptionArn=arn)
    return None


def _full(error: ClientError) -> Exception:
    """A limit of SNS's account as something that may be better later; anything else as it is."""
    if error.response["Error"]["Code"] in _LIMITS:
        return Unavailable("Mail about posts has as many subscribers as it can take for now.")
    return error


def _key(user_id: str) -> Item:
    return to_item({"pk": f"SUBSCRIBER#{user_id}", "sk": "SUBSCRIBER"})


def _table() -> str:
    return os.environ["POSTS_TABLE"]
