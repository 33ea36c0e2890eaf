"""The connections table, the realtime bus, and the way to the clients."""

import hashlib
import os

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Unavailable
from yafdp.notifications.messages import Connection, Holder

TICKET_SECONDS = 30
# API Gateway closes a WebSocket after two hours; its row outlives it by a little, in case the close was never told.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
CONNECTION_SECONDS = 2 * 3600 + 600


def put_ticket(ticket: str, holder: Holder) -> None:
    """Keep a ticket, by its hash: whoever reads the table cannot connect with what is there."""
    values = _ticket_key(ticket) | {
        "userId": holder.user_id,
        "groups": list(holder.groups),
        "expiresAt": epoch_in(TICKET_SECONDS),
    }
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def take_ticket(ticket: str) -> Holder | None:
    """Use a ticket up: its holder the first time within its seconds, None ever after."""
    try:
        taken = client("dynamodb").delete_item(
            TableName=_table(),
            Key=to_item(_ticket_key(ticket)),
            # Time to live deletes late, so the time is checked here.
            ConditionExpression="attribute_exists(pk) AND expiresAt >= :now",
            ExpressionAttributeValues=to_item({":now": epoch_in(0)}),
            ReturnValues="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise
    values = from_item(taken["Attributes"])
    return Holder(user_id=values["userId"], groups=tuple(values["groups"]))


def put_connection(connection: Connection) -> None:
    """Keep an open connection under its user."""
    values = _connection_key(connection) | {
        "connectionId": connection.connection_id,
        "expiresAt": epoch_in(CONNECTION_SECONDS),
    }
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def drop_connection(connection: Connection) -> None:
    """Forget a connection."""
    client("dynamodb").delete_item(TableName=_table(), Key=to_item(_connection_key(connection)))


def connections(user_id: str) -> tuple[Connection, ...]:
    """The user's open connections."""
    found = client("dynamodb").query(
        TableName=_table(),
        KeyConditionExpression="pk = :user AND begins_with(sk, :kind)",
        ExpressionAttributeValues=to_item({":user": f"USER#{user_id}", ":kind": "CONNECTION#"}),
        ConsistentRead=True,
    )
    return tuple(Connection(user_id=user_id, connection_id=from_item(item)["connectionId"]) for item in found["Items"])


def publish(request: Envelope) -> None:
    """Put a push request on the realtime bus. Raises Unavailable if the bus did not take it."""
    answer = client("events").put_events(
        Entries=[
            {
                "EventBusName": os.environ["REALTIME_BUS"],
                "Source": "yafdp.notifications",
                "DetailType": request.type,
                "Detail": request.json(),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise Unavailable(f"the realtime bus refused the push: {answer['Entries'][0].get('ErrorCode')}")


def send(connection: Connection, content: bytes) -> bool:
    """Send to one connection; False if nobody is there any more."""
    management = client("apigatewaymanagementapi", endpoint=os.environ["WEBSOCKET_MANAGEMENT_URL"])
    try:
        management.post_to_connection(ConnectionId=connection.connection_id, Data=content)
    except management.exceptions.GoneException:
        return False
    return True


def _ticket_key(ticket: str) -> dict[str, str]:
    return {"pk": f"TICKET#{hashlib.sha256(ticket.encode()).hexdigest()}", "sk": "TICKET"}


def _connection_key(connection: Connection) -> dict[str, str]:
    return {"pk": f"USER#{connection.user_id}", "sk": f"CONNECTION#{connection.connection_id}"}


def _table() -> str:
    return os.environ["CONNECTIONS_TABLE"]
