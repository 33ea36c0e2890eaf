"""Stripe's REST API, as far as payments needs it: requests, repeats that are safe, and what its errors mean.

https://docs.stripe.com/api
"""

import random
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from yafdp.kernel.observability import logger, step
from yafdp.kernel.outside import Reply, Unanswered, Unsent, call
from yafdp.kernel.secrets import Secret
from yafdp.payments.messages import GatewayBusy, GatewayTimeout

# Answers look as they did then, whatever the account's default becomes.
API_VERSION = "2024-06-20"
# Seconds for everything that one operation of the gateway asks; below the functions' timeout of 20.
PATIENCE = 15.0
# Seconds for one request. A confirmation waits for the card's bank, which takes a second or two.
REQUEST_PATIENCE = 6.0
ATTEMPTS = 3
# Seconds; the upper bound of the wait after the first attempt, doubled each time (full jitter).
FIRST_WAIT = 0.2

ERROR, UNAUTHORIZED, FORBIDDEN, CONFLICT, TOO_MANY_REQUESTS, SERVER_ERROR = 400, 401, 403, 409, 429, 500


class ErrorBody(msgspec.Struct, frozen=True):
    """What Stripe says about a request that it refuses."""

    type: str = ""
    code: str = ""
    param: str = ""
    message: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    error: ErrorBody = msgspec.field(default_factory=ErrorBody)


class StripeRefusal(Exception):
    """Stripe understood the request, and will not do it."""

    def __init__(self, status: int, error: ErrorBody) -> None:
        super().__init__(f"{status} {error.code or error.type}: {error.message}")
        self.status, self.error = status, error


class StripeMisconfigured(Exception):
    """The API key is not one, or may not do this: nobody can pay until an operator has put the right one in."""


class StripeApi:
    """The API for the length of one operation: all its requests share PATIENCE."""

    def __init__(self, url: str, key: Secret) -> None:
        self._url, self._key = url, key
        self._until = time.monotonic() + PATIENCE

    def post[T](self, path: str, kind: type[T], form: Mapping[str, str], *, idempotency_key: str) -> T:
        """Change something, once for each key, however often it is sent. Raises as `_ask` does."""
        return self._ask("POST", path, kind, urlencode(form).encode(), idempotency_key)

    def get[T](self, path: str, kind: type[T]) -> T:
        """Look something up. Raises as `_ask` does."""
        return self._ask("GET", path, kind, None, None)

    def _ask[T](self, method: str, path: str, kind: type[T], body: bytes | None, idempotency_key: str | None) -> T:
        """Ask until there is an answer that a repeat would not change, or patience ends.

        Raises StripeRefusal, StripeMisconfigured, GatewayBusy (nothing was done), GatewayTimeout (nobody knows).
        """
        unknown = False
        for attempt in range(ATTEMPTS):
            patience = min(REQUEST_PATIENCE, self._until - time.monotonic())
            if patience <= 0:
                break
            try:
                reply = self._send(method, path, body, idempotency_key, patience)
            except Unsent:
                pass
            except Unanswered:
                unknown = True
            else:
                if not _worth_repeating(reply):
                    return _decoded(reply, kind)
                unknown = unknown or reply.status != TOO_MANY_REQUESTS
            self._wait(attempt)
        if unknown:
            raise GatewayTimeout("the gateway did not answer")
        raise GatewayBusy("the gateway takes no requests at the moment")

    def _send(self, method: str, path: str, body: bytes | None, idempotency_key: str | None, patience: float) -> Reply:
        headers = {"Stripe-Version": API_VERSION, "User-Agent": "yafdp/1"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        with step(f"Stripe {method}"):
            reply = call(method, self._url + path, headers=self._signed(headers), body=body, patience=patience)
            if reply.status == UNAUTHORIZED and self._key.newer():
                reply = call(method, self._url + path, headers=self._signed(headers), body=body, patience=patience)
        if reply.status >= ERROR:
            logger.warning(
                "Stripe refuses a request",
                extra={"request": f"{method} {path}", "status": reply.status, "id": reply.headers.get("request-id")},
            )
        return reply

    def _signed(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {**headers, "Authorization": f"Bearer {self._key.text().strip()}"}

    def _wait(self, attempt: int) -> None:
        bound = min(FIRST_WAIT * 2**attempt, max(0.0, self._until - time.monotonic()))
        time.sleep(random.uniform(0, bound))  # noqa: S311 (spreading, not secrecy)


def _worth_repeating(reply: Reply) -> bool:
    """Stripe says so itself, or it is busy with this very request (409), or has too many (429), or has a fault.

    https://docs.stripe.com/error-low-level
    """
    advice = reply.headers.get("stripe-should-retry")
    if advice in {"true", "false"}:
        return advice == "true"
    return reply.status in {CONFLICT, TOO_MANY_REQUESTS} or reply.status >= SERVER_ERROR


def _decoded[T](reply: Reply, kind: type[T]) -> T:
    try:
        if reply.status < ERROR:
            return msgspec.json.decode(reply.body, type=kind)
        error = msgspec.json.decode(reply.body, type=_Refusal).error
    except msgspec.DecodeError as confusion:
        raise GatewayTimeout(f"the gateway answered something else ({reply.status})") from confusion
    if reply.status == TOO_MANY_REQUESTS:
        raise GatewayBusy("the gateway takes no requests at the moment")
    if reply.status >= SERVER_ERROR:
        raise GatewayTimeout("the gateway failed")
    if reply.status in {UNAUTHORIZED, FORBIDDEN}:
        raise StripeMisconfigured(f"Stripe refuses the API key: {reply.status} {error.code}")
    raise StripeRefusal(reply.status, error)
