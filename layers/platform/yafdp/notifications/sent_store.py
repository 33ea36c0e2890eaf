"""Which messages have been sent: one row for each event and channel, taken before sending and marked after it."""

import os

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.notifications.messages import Channel

# For senders that die: longer than their timeout, so that whoever took the row is dead when the time is up; shorter
# than their queues' visibility timeout, so that the message's next delivery finds it so. A test compares them.
LEASE_SECONDS = 20
# An event comes again for as long as queues, dead-letter queues and an archive keep it.
KEPT_SECONDS = 90 * 86_400


class Busy(Exception):
    """Another delivery of the message is being sent at this moment: nobody knows yet how that ends."""


def take(event_id: str, channel: Channel) -> bool:
    """Take the message for sending; False if it has been sent. Raises Busy."""
    values = {"state": "SENDING", "leaseUntil": epoch_in(LEASE_SECONDS), "expiresAt": epoch_in(KEPT_SECONDS)}
    key = _key(event_id, channel)
    try:
        client("dynamodb").put_item(
            TableName=_table(),
            Item=key | to_item(values),
            ConditionExpression="attribute_not_exists(pk) OR (#state = :sending AND leaseUntil < :now)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues=to_item({":sending": "SENDING", ":now": epoch_in(0)}),
        )
    except ClientError as error:
        if not is_refused(error):
            raise
        if _is_sent(key):
            return False
        raise Busy from error
    return True


def give_back(event_id: str, channel: Channel) -> None:
    """Nobody is sending it any more: the next delivery may try at once."""
    client("dynamodb").delete_item(TableName=_table(), Key=_key(event_id, channel))


def mark_sent(event_id: str, channel: Channel, message_id: str) -> None:
    """It has been sent, and never will be again."""
    client("dynamodb").update_item(
        TableName=_table(),
        Key=_key(event_id, channel),
        UpdateExpression="SET #state = :sent, messageId = :id",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues=to_item({":sent": "SENT", ":id": message_id}),
    )


def _is_sent(key: Item) -> bool:
    answer = client("dynamodb").get_item(TableName=_table(), Key=key, ConsistentRead=True)
    return bool(from_item(answer.get("Item", {})).get("state") == "SENT")


def _key(event_id: str, channel: Channel) -> Item:
    return to_item({"pk": f"MESSAGE#{event_id}", "sk": channel.value})


def _table() -> str:
    return os.environ["NOTIFICATIONS_TABLE"]
