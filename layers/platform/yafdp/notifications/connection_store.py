"""The connections table: tickets, open connections, ended sessions, and who has subscribed to what.

A connection is kept under its user (`USER#…`), and once more under each order or restaurant that it has subscribed to;
the row under the user lists those topics, so that they go when it goes.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.caller import Caller
from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.contention import is_refused
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.notifications import model
from yafdp.notifications.messages import Connection

TICKET_SECONDS = 30
# Longer than any token lives that was issued before its session ended.
SESSION_END_SECONDS = 24 * 3600
_CONNECTION = "CONNECTION#"


class TicketRefused(Exception):
    """The ticket lets nobody in; the text says why, for the log."""


class NoSuchConnection(Exception):
    """The connection's row is gone, and with it whatever was kept for it."""


class TooManyTopics(Exception):
    """The connection has subscribed to as much as it may."""


def fingerprint(ticket: str) -> str:
    """By what a ticket is kept: whoever reads the table, or a log, cannot connect with what is there."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def put_ticket(ticket: str, holder: Caller, origin: str | None) -> None:
    """Keep a ticket and what it stands for: whose it is, and the page's origin that asked for it."""
    values = _ticket_key(ticket) | {
        "userId": holder.user_id,
        "groups": sorted(holder.groups),
        "restaurantId": holder.restaurant_id,
        "sessionId": holder.session_id,
        "sessionEnds": holder.session_ends,
        "origin": origin,
        "expiresAt": epoch_in(TICKET_SECONDS),
    }
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def take_ticket(ticket: str, origin: str | None) -> Caller:
    """Use a ticket up: its holder the first time within its seconds, from the origin that asked for it.

    Raises TicketRefused ever after, and for what was never issued.
    """
    values: dict[str, Any] = {":now": epoch_in(0)} | ({":origin": origin} if origin else {})
    same_page = "(attribute_not_exists(origin) OR origin = :origin)" if origin else "attribute_not_exists(origin)"
    try:
        taken = client("dynamodb").delete_item(
            TableName=_table(),
            Key=to_item(_ticket_key(ticket)),
            # Time to live deletes late, so the time is checked here.
            ConditionExpression=f"attribute_exists(pk) AND expiresAt >= :now AND {same_page}",
            ExpressionAttributeValues=to_item(values),
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        raise TicketRefused(_why_refused(before_refusal(error))) from None
    kept = from_item(taken["Attributes"])
    return Caller(
        user_id=kept["userId"],
        groups=frozenset(kept["groups"]),
        restaurant_id=kept.get("restaurantId"),
        session_id=kept.get("sessionId"),
        session_ends=kept.get("sessionEnds"),
    )


def _why_refused(kept: dict[str, Any] | None) -> str:
    if not kept:
        return "unknown or used"
    return "expired" if kept["expiresAt"] < epoch_in(0) else "issued to another page"


def put_connection(connection: Connection, session_id: str | None) -> None:
    """Keep an open connection under its user."""
    values = connection_key(connection) | _kept(connection) | {"sessionId": session_id}
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def drop_connection(connection: Connection, also: Iterable[str] = ()) -> None:
    """Forget a connection with all it has subscribed to, and the topics in `also`, where it may have been left over."""
    dropped = client("dynamodb").delete_item(
        TableName=_table(), Key=to_item(connection_key(connection)), ReturnValues="ALL_OLD"
    )
    topics = set(from_item(dropped.get("Attributes", {})).get("topics", ()))
    for topic in topics.union(also):
        _delete(topic, connection)


def subscribe(connection: Connection, topic: str, most: int) -> None:
    """Let the connection hear what concerns the topic.

    Raises NoSuchConnection if it is gone by now, TooManyTopics if it hears `most` topics already; nothing is kept then.
    """
    values = {"pk": topic, "sk": _CONNECTION + connection.connection_id, "userId": connection.user_id}
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values | _kept(connection)))
    try:
        client("dynamodb").update_item(
            TableName=_table(),
            Key=to_item(connection_key(connection)),
            UpdateExpression="ADD topics :topics",
            ConditionExpression="attribute_exists(pk) AND "
            "(attribute_not_exists(topics) OR size(topics) < :most OR contains(topics, :topic))",
            ExpressionAttributeValues=to_item({":topics": {topic}, ":topic": topic, ":most": most}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        kept = before_refusal(error)
        _delete(topic, connection)
        raise (TooManyTopics if kept else NoSuchConnection)(topic) from None


def unsubscribe(connection: Connection, topic: str) -> None:
    """Let the connection hear no more of it. Raises NoSuchConnection if it is gone by now."""
    _delete(topic, connection)
    try:
        client("dynamodb").update_item(
            TableName=_table(),
            Key=to_item(connection_key(connection)),
            UpdateExpression="DELETE topics :topics",
            ExpressionAttributeValues=to_item({":topics": {topic}}),
            ConditionExpression="attribute_exists(pk)",
        )
    except ClientError as error:
        before_refusal(error)
        raise NoSuchConnection(topic) from None


def listeners(topics: Iterable[str]) -> tuple[Connection, ...]:
    """Every connection that hears any of the topics, once."""
    found = {row["connectionId"]: row for topic in topics for row in _rows(topic, _CONNECTION)}
    return tuple(connection_in(row) for row in found.values())


def end_session(user_id: str, session_id: str) -> None:
    """From now on no connection of this session may open."""
    values = _session_key(user_id, session_id) | {"expiresAt": epoch_in(SESSION_END_SECONDS)}
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def has_ended(user_id: str, session_id: str) -> bool:
    """Whether the user has signed out of the session."""
    key = to_item(_session_key(user_id, session_id))
    return "Item" in client("dynamodb").get_item(TableName=_table(), Key=key, ConsistentRead=True)


def of_session(user_id: str, session_id: str) -> tuple[Connection, ...]:
    """The session's open connections."""
    rows = _rows(model.topic_of_user(user_id), _CONNECTION)
    return tuple(connection_in(row) for row in rows if row.get("sessionId") == session_id)


def connection_key(connection: Connection) -> dict[str, str]:
    """The key of the connection's own row."""
    return {"pk": model.topic_of_user(connection.user_id), "sk": _CONNECTION + connection.connection_id}


def before_refusal(error: ClientError) -> dict[str, Any] | None:
    """The row that did not meet a write's condition, None if there was none. Raises the error if it is another."""
    if not is_refused(error):
        raise error
    refused: Item | None = error.response.get("Item")  # type: ignore[assignment]
    return from_item(refused) if refused else None


def _kept(connection: Connection) -> dict[str, Any]:
    return {
        "connectionId": connection.connection_id,
        "connectedAt": connection.connected_at,
        "expiresAt": connection.expires_at,
    }


def connection_in(row: dict[str, Any]) -> Connection:
    """The connection that a row of any kind tells of."""
    return Connection(
        user_id=row.get("userId") or row["pk"].partition("#")[2],
        connection_id=row["connectionId"],
        connected_at=row.get("connectedAt", 0),
        expires_at=row["expiresAt"],
    )


def _rows(partition: str, kind: str) -> Iterator[dict[str, Any]]:
    pages = client("dynamodb").get_paginator("query")
    for page in pages.paginate(
        TableName=_table(),
        KeyConditionExpression="pk = :partition AND begins_with(sk, :kind)",
        ExpressionAttributeValues=to_item({":partition": partition, ":kind": kind}),
        ConsistentRead=True,
    ):
        yield from map(from_item, page["Items"])


def _delete(topic: str, connection: Connection) -> None:
    key = {"pk": topic, "sk": _CONNECTION + connection.connection_id}
    client("dynamodb").delete_item(TableName=_table(), Key=to_item(key))


def _ticket_key(ticket: str) -> dict[str, str]:
    return {"pk": f"TICKET#{fingerprint(ticket)}", "sk": "TICKET"}


def _session_key(user_id: str, session_id: str) -> dict[str, str]:
    return {"pk": model.topic_of_user(user_id), "sk": f"SESSION#{session_id}"}


def _table() -> str:
    return os.environ["CONNECTIONS_TABLE"]
