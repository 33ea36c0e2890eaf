"""The realtime bus, and API Gateway's way to the clients (@connections)."""

import os
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Unavailable
from yafdp.notifications.messages import Connection

# A call takes 256 KB and a push request less than 64 (see model.py).
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
REQUESTS_PER_CALL = 4


def publish(requests: Sequence[Envelope]) -> None:
    """Put requests on the realtime bus. Raises Unavailable if the bus did not take them all."""
    for start in range(0, len(requests), REQUESTS_PER_CALL):
        answer = client("events").put_events(
            Entries=[
                {
                    "EventBusName": os.environ["REALTIME_BUS"],
                    "Source": "yafdp.notifications",
                    "DetailType": request.type,
                    "Detail": request.json(),
                }
                for request in requests[start : start + REQUESTS_PER_CALL]
            ]
        )
        if answer["FailedEntryCount"]:
            codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
            raise Unavailable(f"the realtime bus refused a request: {codes}")


def send(connection: Connection, content: bytes) -> bool:
    """Send to one connection; False if nobody is there (yet, or any more). A throttle is tried again by the client."""
    management = _management()
    try:
        management.post_to_connection(ConnectionId=connection.connection_id, Data=content)
    except management.exceptions.GoneException:
        return False
    return True


def close(connection: Connection) -> None:
    """End a connection from our side; nothing happens if it has ended."""
    management = _management()
    try:
        management.delete_connection(ConnectionId=connection.connection_id)
    except management.exceptions.GoneException:
        return
    except ClientError as error:
        # Somebody else has ended it in this very moment.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 410:
            raise


def _management() -> Any:
    return client("apigatewaymanagementapi", endpoint=os.environ["WEBSOCKET_MANAGEMENT_URL"])
