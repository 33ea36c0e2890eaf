"""What gateways' events need: the secrets they are signed with, their queue, and which were looked into."""

import os

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.dynamo import to_item
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.observability import logger
from yafdp.kernel.secrets import Secret, secret

# Seconds. Stripe repeats an event for three days, and lets its owner send it again for thirty.
# https://docs.stripe.com/webhooks#retries
REMEMBERED = 31 * 24 * 3600


def secrets() -> tuple[str, ...]:
    """Those that are active: the secret is a JSON object of them, by names that mean nothing here. An empty one, which
    anybody could sign with, is none. Raises Unavailable if it cannot be read or is something else.
    """
    try:
        active = msgspec.json.decode(_secret().text(), type=dict[str, str])
    except (BotoCoreError, ClientError, msgspec.MsgspecError) as error:
        logger.exception("the webhook's secrets cannot be read")
        raise Unavailable("the signature cannot be checked at the moment; send it again") from error
    return tuple(filter(None, active.values()))


def rotated() -> bool:
    """Whether there are others now; asked no more often than the kernel lets us."""
    return _secret().newer()


def enqueue(body: str) -> None:
    """Put an event in line as it came. Raises Unavailable: the gateway sends it again."""
    try:
        client("sqs").send_message(QueueUrl=os.environ["EVENTS_QUEUE_URL"], MessageBody=body)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("the event could not be put in line; send it again") from error


def was_seen(event_id: str) -> bool:
    """Whether the event was looked into."""
    found = client("dynamodb").get_item(TableName=_table(), Key=to_item(_key(event_id)), ConsistentRead=True)
    return "Item" in found


def remember(event_id: str) -> None:
    """The event was looked into."""
    client("dynamodb").put_item(TableName=_table(), Item=to_item(_key(event_id) | {"expiresAt": epoch_in(REMEMBERED)}))


def _secret() -> Secret:
    return secret(os.environ["WEBHOOK_SECRETS_ARN"])


def _key(event_id: str) -> dict[str, str]:
    return {"pk": f"WEBHOOK#{event_id}", "sk": "SEEN"}


def _table() -> str:
    return os.environ["PAYMENTS_TABLE"]
