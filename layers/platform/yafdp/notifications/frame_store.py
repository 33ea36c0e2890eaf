"""How often a connection may speak: kept on its row in the connections table."""

import os
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.notifications.connection_store import NoSuchConnection, before_refusal, connection_in, connection_key
from yafdp.notifications.frames import BURST, SPACING
from yafdp.notifications.messages import Connection


class TooFast(Exception):
    """The connection has spoken too often; `milliseconds` from now it may again."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(f"again in {milliseconds} ms")
        self.milliseconds = milliseconds


def count_frame(connection: Connection, now: int) -> Connection:
    """Take one frame at `now` (Unix milliseconds) against the connection's rate; the connection with its times.

    A frame moves `nextFrameAt`, the moment from which the connection owes nothing, on by one spacing; it may run ahead
    of the time by a burst (the generic cell rate algorithm, one write for a client that speaks seldom, two within a
    burst). Raises TooFast beyond that, and NoSuchConnection if the row is gone or its time is over.
    """
    try:
        return _move(
            connection,
            "SET nextFrameAt = :next",
            "attribute_not_exists(nextFrameAt) OR nextFrameAt <= :now",
            {":next": now + SPACING, ":now": now, ":today": now // 1000},
        )
    except ClientError as error:
        if _owed(error, now) is None:
            raise NoSuchConnection(connection.connection_id) from None
        return _count_within_burst(connection, now)


def _count_within_burst(connection: Connection, now: int) -> Connection:
    latest = now + (BURST - 1) * SPACING
    try:
        return _move(
            connection,
            "SET nextFrameAt = nextFrameAt + :spacing",
            "nextFrameAt <= :latest",
            {":spacing": SPACING, ":latest": latest, ":today": now // 1000},
        )
    except ClientError as error:
        owed = _owed(error, now)
        if owed is None:
            raise NoSuchConnection(connection.connection_id) from None
        raise TooFast(max(1, owed - latest)) from None


def count_refusal(connection: Connection) -> int:
    """How many of the connection's frames have been refused by now, this one included."""
    try:
        counted = client("dynamodb").update_item(
            TableName=os.environ["CONNECTIONS_TABLE"],
            Key=to_item(connection_key(connection)),
            UpdateExpression="ADD refusals :one",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=to_item({":one": 1}),
            ReturnValues="UPDATED_NEW",
        )
    except ClientError as error:
        before_refusal(error)
        return 1
    return int(from_item(counted["Attributes"])["refusals"])


def _move(connection: Connection, update: str, condition: str, values: dict[str, Any]) -> Connection:
    moved = client("dynamodb").update_item(
        TableName=os.environ["CONNECTIONS_TABLE"],
        Key=to_item(connection_key(connection)),
        UpdateExpression=update,
        ConditionExpression=f"attribute_exists(pk) AND expiresAt > :today AND ({condition})",
        ExpressionAttributeValues=to_item(values),
        ReturnValues="ALL_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    return connection_in(from_item(moved["Attributes"]))


def _owed(error: ClientError, now: int) -> int | None:
    """The row's `nextFrameAt`; None if there is no row, or its time is over."""
    kept = before_refusal(error)
    if not kept or kept["expiresAt"] <= now // 1000:
        return None
    return int(kept.get("nextFrameAt", now))
