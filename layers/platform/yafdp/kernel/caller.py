"""Who asks, over HTTP or over a WebSocket: what the gateway's authorizer has found out about them."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

# The way in which API Gateway writes a Cognito token's times: `Sat Nov 21 12:58:20 UTC 2026`.
_SPELLED_OUT = "%a %b %d %H:%M:%S %Z %Y"


class Caller(msgspec.Struct, frozen=True):
    """Who asks, as the token says: Cognito's `sub`, the groups, and for staff the one restaurant they work for.

    `session_id` is one for all tokens of a sign-in; `session_ends` is when this token does, in Unix seconds. `email` is
    the user's own, and the only address that anything may be sent to at their request.
    """

    user_id: str
    groups: frozenset[str] = frozenset()
    restaurant_id: str | None = None
    session_id: str | None = None
    session_ends: int | None = None
    email: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the caller may change everything."""
        return "admins" in self.groups

    def works_for(self, restaurant_id: str) -> bool:
        """Whether the caller is of that restaurant's staff."""
        return "staff" in self.groups and self.restaurant_id == restaurant_id


def of_claims(claims: dict[str, Any]) -> Caller:
    """The caller in a Cognito id token's claims, in any of the forms in which a gateway hands them on."""
    groups = claims.get("cognito:groups") or ""
    return Caller(
        user_id=claims["sub"],
        groups=frozenset(re.split(r"[\s,\[\]]+", groups) if isinstance(groups, str) else groups) - {""},
        restaurant_id=claims.get("custom:restaurantId"),
        # A pool that cannot revoke tokens has no origin_jti; the time of the sign-in is as lasting.
        session_id=claims.get("origin_jti") or claims.get("auth_time"),
        session_ends=_unix_seconds(claims.get("exp")),
        email=claims.get("email"),
    )


def _unix_seconds(written: str | int | None) -> int | None:
    if written is None:
        return None
    if str(written).isdecimal():
        return int(written)
    return int(datetime.strptime(str(written), _SPELLED_OUT).replace(tzinfo=UTC).timestamp())
