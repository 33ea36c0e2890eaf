"""Idempotency keys, which localstripe 1.15.10 does not know: a repeated POST would make a second intent or refund.

https://docs.stripe.com/api/idempotent_requests
"""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from local.stripe.errors import refusal

# Requests that are refused before anything is begun leave their key unused.
_REFUSED_UNDONE = frozenset({400, 401, 403, 404})


@dataclass
class _Kept:
    """The first request with a key, and what came of it; `status` 0 while it is being done."""

    request: tuple[str, bytes]
    status: int = 0
    body: bytes = b""


class Keys:
    """Every key so far."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a repeat as the first was answered, faults included; refuse the key for another request."""
        key = request.headers.get("Idempotency-Key")
        if (request.method, request.path) == ("DELETE", "/_config/data"):
            self._kept.clear()
        if request.method != "POST" or not key:
            return await handler(request)
        asked = (request.path, await request.read())
        kept = self._kept.setdefault(key, _Kept(asked))
        if kept.request != asked:
            return refusal(400, "idempotency_error", "the key was used for another request", kind="idempotency_error")
        if kept.status:
            replayed = {"Idempotent-Replayed": "true", "Content-Type": "application/json"}
            return web.Response(status=kept.status, body=kept.body, headers=replayed)
        return await self._first(kept, request, handler)

    async def _first(self, kept: _Kept, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        assert isinstance(answer, web.Response)  # noqa: S101 (localstripe streams nothing)
        body = answer.body
        if answer.status in _REFUSED_UNDONE:
            del self._kept[request.headers["Idempotency-Key"]]
        else:
            kept.status, kept.body = answer.status, body if isinstance(body, bytes) else b""
        return answer
