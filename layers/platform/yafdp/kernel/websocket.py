"""WebSocket doors: what API Gateway's events hold, and the authorizer's answer."""

from typing import Any

from yafdp.kernel.caller import Caller

type SocketEvent = dict[str, Any]


def kind(event: SocketEvent) -> str:
    """CONNECT, DISCONNECT or MESSAGE. The route key does not tell: a message may name `$disconnect` as its action."""
    return str(event["requestContext"]["eventType"])


def connection_id(event: SocketEvent) -> str:
    """The connection that the event came over."""
    return str(event["requestContext"]["connectionId"])


def caller(event: SocketEvent) -> Caller:
    """Whom the authorizer let in over this connection."""
    told = event["requestContext"]["authorizer"]
    ends = told.get("sessionEnds")
    return Caller(
        user_id=told["userId"],
        groups=frozenset(str(told.get("groups") or "").split(",")) - {""},
        restaurant_id=told.get("restaurantId"),
        session_id=told.get("sessionId"),
        session_ends=int(ends) if ends else None,
    )


def text(event: SocketEvent) -> str:
    """What the client sent."""
    return str(event.get("body") or "")


def query(event: SocketEvent, name: str) -> str | None:
    """A value from the connection's query string."""
    value = (event.get("queryStringParameters") or {}).get(name)
    return value if value is None else str(value)


def origin(event: SocketEvent) -> str | None:
    """The Origin header: browsers send the page's, programs send none."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return headers.get("origin")


def admission(event: SocketEvent, admitted: Caller | None) -> dict[str, Any]:
    """The authorizer's IAM policy: allows this connection to the caller, or denies it to nobody in particular.

    Its context holds who they are, and comes with every event of the connection; API Gateway takes only plain values.
    """
    return {
        "principalId": admitted.user_id if admitted else "nobody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if admitted else "Deny",
                    "Resource": event["methodArn"],
                }
            ],
        },
        "context": _context(admitted) if admitted else {},
    }


def _context(admitted: Caller) -> dict[str, str]:
    told = {
        "userId": admitted.user_id,
        "groups": ",".join(sorted(admitted.groups)),
        "restaurantId": admitted.restaurant_id,
        "sessionId": admitted.session_id,
        "sessionEnds": str(admitted.session_ends) if admitted.session_ends else None,
    }
    return {name: value for name, value in told.items() if value}
