"""Where users can be reached: the addresses that the user pool has verified, less those that mail comes back from."""

import hashlib
import os
from typing import NamedTuple

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in, timestamp
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.notifications.messages import Reach

# Mails that came back "for now" within the time below, until the address counts as unreachable for that time.
SOFT_BOUNCES = 3
SOFT_SECONDS = 7 * 86_400


class Addresses(NamedTuple):
    """A user's verified addresses. The phone number is in E.164."""

    email: str | None = None
    phone: str | None = None


def addresses(user_id: str) -> Addresses:
    """What the user pool knows of the user and has verified; nothing of a user who is gone."""
    pool = client("cognito-idp")
    try:
        found = pool.admin_get_user(UserPoolId=os.environ["USER_POOL_ID"], Username=user_id)
    except pool.exceptions.UserNotFoundException:
        return Addresses()
    known = {attribute["Name"]: attribute["Value"] for attribute in found["UserAttributes"]}
    return Addresses(_verified(known, "email"), _verified(known, "phone_number"))


def mail_reach(address: str | None) -> Reach:
    """Whether mail may go to the address: `unknown` if there is none, else why it is suppressed, if it is."""
    if address is None:
        return Reach(problem="unknown")
    return Reach(to=address, problem=_suppression(address))


def suppress(address: str, reason: str) -> None:
    """Never mail the address again. It stays so until a person deletes the row."""
    client("dynamodb").update_item(
        TableName=_table(),
        Key=_key(address),
        UpdateExpression="SET reason = :reason, suppressedAt = :at REMOVE expiresAt",
        ExpressionAttributeValues=to_item({":reason": reason, ":at": timestamp()}),
    )


def count_soft_bounce(address: str, feedback_id: str) -> None:
    """A mail could not be delivered for now. The feedbacks' ids are kept, not a count: the same one twice is one."""
    try:
        client("dynamodb").update_item(
            TableName=_table(),
            Key=_key(address),
            UpdateExpression="ADD softBounces :one SET expiresAt = :later",
            ConditionExpression="attribute_not_exists(reason)",
            ExpressionAttributeValues=to_item({":one": {feedback_id}, ":later": epoch_in(SOFT_SECONDS)}),
        )
    except ClientError as error:
        if not is_refused(error):
            raise


def _suppression(address: str) -> str | None:
    """Why mail must not go there; soft bounces are forgotten on time, though time to live deletes late."""
    answer = client("dynamodb").get_item(TableName=_table(), Key=_key(address), ConsistentRead=True)
    row = from_item(answer.get("Item", {}))
    if "reason" in row:
        return str(row["reason"])
    recent = row.get("expiresAt", 0) > epoch_in(0)
    return "unreachable" if recent and len(row["softBounces"]) >= SOFT_BOUNCES else None


def _verified(known: dict[str, str], name: str) -> str | None:
    return known.get(name) if known.get(f"{name}_verified") == "true" else None


def _key(address: str) -> Item:
    """By the address's hash: the table is no list of addresses."""
    digest = hashlib.sha256(address.strip().lower().encode()).hexdigest()
    return to_item({"pk": f"ADDRESS#{digest}", "sk": "SUPPRESSION"})


def _table() -> str:
    return os.environ["NOTIFICATIONS_TABLE"]
