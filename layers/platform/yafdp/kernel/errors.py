"""What can go wrong, by name.

HTTP doors turn these into problem+json; the state machine catches the rejections by class name.
"""

from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One fault in a request: a JSON pointer (RFC 6901) to the field, and what is wrong with it."""

    pointer: str
    detail: str


class Problem(Exception):
    """An error that the caller is told about (RFC 9457)."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class InvalidRequest(Problem):
    """The request does not mean anything; nothing was stored."""

    status, type, title = 400, "invalid-request", "Invalid request"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status, type, title = 403, "forbidden", "Not allowed"


class NotFound(Problem):
    """There is no such thing, or it is not the caller's: the two look the same from outside."""

    status, type, title = 404, "not-found", "Not found"


class Conflict(Problem):
    """The thing is in a state that does not allow this."""

    status, type, title = 409, "conflict", "Conflict"


class PreconditionFailed(Problem):
    """The caller has read another version than the one that stands."""

    status, type, title = 412, "precondition-failed", "Changed meanwhile"


class KeyReused(Problem):
    """The idempotency key was used before, for another request."""

    status, type, title = 422, "idempotency-key-reused", "Idempotency key used for another request"


class PreconditionRequired(Problem):
    """The caller does not say which version it has read."""

    status, type, title = 428, "precondition-required", "If-Match required"


class Unavailable(Problem):
    """A part that is needed does not answer; the same request may succeed later."""

    status, type, title = 503, "unavailable", "Temporarily unavailable"


class VersionConflict(Exception):
    """Somebody else changed the aggregate since it was read. Read again and decide again."""


class Rejection(Exception):
    """A business answer of "no". Subclasses are caught by name in the state machine; the text is for a person."""


class InvalidMessage(Exception):
    """A message that cannot be understood: it goes to the dead-letter queue, whole."""
