"""WebSocket doors: what API Gateway's events hold, and the authorizer's answer."""

from typing import Any

type SocketEvent = dict[str, Any]


def route(event: SocketEvent) -> str:
    """The route key: `$connect`, `$disconnect`, `$default`, or an action."""
    return str(event["requestContext"]["routeKey"])


def connection_id(event: SocketEvent) -> str:
    """The connection that the event came over."""
    return str(event["requestContext"]["connectionId"])


def user_id(event: SocketEvent) -> str:
    """Whom the authorizer let in over this connection."""
    return str(event["requestContext"]["authorizer"]["userId"])


def query(event: SocketEvent, name: str) -> str | None:
    """A value from the connection's query string."""
    value = (event.get("queryStringParameters") or {}).get(name)
    return value if value is None else str(value)


def origin(event: SocketEvent) -> str | None:
    """The Origin header: browsers send the page's, programs send none."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return headers.get("origin")


def admission(event: SocketEvent, user: str | None) -> dict[str, Any]:
    """The authorizer's IAM policy: allows this connection to the user, or denies it to nobody in particular."""
    return {
        "principalId": user or "nobody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow" if user else "Deny", "Resource": event["methodArn"]}
            ],
        },
        "context": {"userId": user} if user else {},
    }
