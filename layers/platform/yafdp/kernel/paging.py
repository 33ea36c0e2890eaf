"""Pages of a query, with cursors: where the next page starts, opaque to the client and useless for anything else."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.kernel.errors import FieldError, InvalidRequest
from yafdp.kernel.journal import Journal, Recorded


def query_page(
    query: Mapping[str, Any], *, limit: int, cursor: str | None, owned: Mapping[str, str]
) -> tuple[list[Item], str | None]:
    """At most `limit` items of a DynamoDB query, and the cursor of the next page (None on the last).

    `owned` are the key values that every item of this very collection has. Raises InvalidRequest for a cursor that is
    not one of this collection's: made up, of somebody else, or of another query.
    """
    start = {"ExclusiveStartKey": cursor_from(cursor, owned)} if cursor else {}
    try:
        found = client("dynamodb").query(**query, Limit=limit, **start)
    except ClientError as error:
        if cursor and error.response["Error"]["Code"] == "ValidationException":
            raise _foreign() from error
        raise
    last: Item | None = found.get("LastEvaluatedKey")
    return found["Items"], cursor_to(last) if last else None


def newest_of[S: msgspec.Struct](
    journal: Journal[S], index: str, owner: tuple[str, str], *, limit: int, cursor: str | None
) -> tuple[list[Recorded[S]], str | None]:
    """A page of the aggregates that an index lists under `owner` (the partition key's name and value), newest first."""
    name, value = owner
    query = {
        "TableName": journal.table,
        "IndexName": index,
        "KeyConditionExpression": f"{name} = :owner",
        "ExpressionAttributeValues": to_item({":owner": value}),
        "ScanIndexForward": False,
    }
    found, following = query_page(query, limit=limit, cursor=cursor, owned={name: value})
    return [journal.restored(item) for item in found], following


def cursor_to(last_key: Item) -> str:
    """The cursor that continues after this key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(from_item(last_key))).decode().rstrip("=")


def cursor_from(cursor: str, owned: Mapping[str, str]) -> Item:
    """The key to continue after. Raises InvalidRequest unless the cursor's key has the values in `owned`."""
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=dict[str, str])
    except ValueError:
        key = {}
    if not owned.items() <= key.items():
        raise _foreign()
    return to_item(key)


def _foreign() -> InvalidRequest:
    detail = "this cursor is not one of this collection's"
    return InvalidRequest(detail, (FieldError("query:cursor", detail),))
