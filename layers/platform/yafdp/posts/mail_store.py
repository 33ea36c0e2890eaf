"""Mail about new posts: the SNS topic, and which events have been told to it."""

import os

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.posts.model import Mail

# An event comes again for as long as queues, dead-letter queues and an archive keep it.
KEPT_SECONDS = 90 * 86_400


class OutcomeUnknown(Exception):
    """The mail was being sent when its sender died or lost SNS's answer: a person decides whether it goes out again."""


def publish_once(event_id: str, mail: Mail) -> bool:
    """Give the mail to the topic; False if that was done before.

    What SNS has refused may be tried again. Raises OutcomeUnknown where nobody knows whether SNS has taken it: to many
    readers, twice is worse than late.
    """
    if not _taken(event_id):
        return False
    try:
        _publish(event_id, mail)
    except (EndpointConnectionError, ConnectTimeoutError):
        _give_back(event_id)
        raise
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
            _give_back(event_id)
        raise
    _mark_sent(event_id)
    return True


def _taken(event_id: str) -> bool:
    values = {"sent": "no", "expiresAt": epoch_in(KEPT_SECONDS)}
    try:
        client("dynamodb").put_item(
            TableName=_table(), Item=_key(event_id) | to_item(values), ConditionExpression="attribute_not_exists(pk)"
        )
    except ClientError as error:
        if not is_refused(error):
            raise
        answer = client("dynamodb").get_item(TableName=_table(), Key=_key(event_id), ConsistentRead=True)
        if from_item(answer.get("Item", {})).get("sent") != "yes":
            raise OutcomeUnknown(f"the mail of event {event_id} may have been sent") from error
        return False
    return True


def _publish(event_id: str, mail: Mail) -> None:
    # SNS has no idempotency key for a standard topic, and a FIFO topic has no e-mail: so the call itself goes out once.
    client("sns", attempts=1).publish(
        TopicArn=os.environ["POSTS_TOPIC_ARN"],
        Subject=mail.subject,
        Message=mail.text,
        MessageAttributes={
            "topic": {"DataType": "String", "StringValue": mail.topic},
            "eventId": {"DataType": "String", "StringValue": event_id},
        },
    )


def _give_back(event_id: str) -> None:
    client("dynamodb").delete_item(TableName=_table(), Key=_key(event_id))


def _mark_sent(event_id: str) -> None:
    client("dynamodb").update_item(
        TableName=_table(),
        Key=_key(event_id),
        UpdateExpression="SET sent = :yes",
        ExpressionAttributeValues=to_item({":yes": "yes"}),
    )


def _key(event_id: str) -> Item:
    return to_item({"pk": f"MAIL#{event_id}", "sk": "MAIL"})


def _table() -> str:
    return os.environ["POSTS_TABLE"]
