"""Users' preferences in the notifications table."""

import os

import msgspec
from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.kernel.errors import PreconditionFailed
from yafdp.kernel.revisions import Revised
from yafdp.notifications.channels import DEFAULTS
from yafdp.notifications.messages import PreferencesForm

# The revision of preferences that nobody has written yet.
UNWRITTEN = "defaults"


def load(user_id: str) -> Revised[PreferencesForm]:
    """The user's preferences, or the defaults (strongly consistent: who has just said no is not written to)."""
    answer = client("dynamodb").get_item(TableName=_table(), Key=_key(user_id), ConsistentRead=True)
    if "Item" not in answer:
        return Revised(DEFAULTS, UNWRITTEN)
    values = from_item(answer["Item"])
    return Revised(msgspec.convert(values["preferences"], PreferencesForm), values["revision"])


def replace(user_id: str, after: Revised[PreferencesForm], expected: str) -> None:
    """Write the preferences over the revision that was read. Raises PreconditionFailed if it no longer stands."""
    values = {"preferences": msgspec.to_builtins(after.content), "revision": after.revision}
    unwritten = expected == UNWRITTEN
    condition = "attribute_not_exists(pk)" if unwritten else "revision = :expected"
    expected_value = {} if unwritten else {"ExpressionAttributeValues": to_item({":expected": expected})}
    try:
        client("dynamodb").put_item(
            TableName=_table(), Item=_key(user_id) | to_item(values), ConditionExpression=condition, **expected_value
        )
    except ClientError as error:
        if is_refused(error):
            raise PreconditionFailed("Somebody has changed it since you read it. Read it again.") from error
        raise


def _key(user_id: str) -> Item:
    return to_item({"pk": f"USER#{user_id}", "sk": "PREFERENCES"})


def _table() -> str:
    return os.environ["NOTIFICATIONS_TABLE"]
