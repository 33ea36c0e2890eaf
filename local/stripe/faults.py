"""Faults on demand: a request that is done and whose answer gets lost, one that fails, one too many.

POST /_config/faults {"path": "/confirm", "kind": "cut", "times": 1}: the next requests whose path ends so are hit.
Kinds: `cut` (done, then the connection is cut), `unsent` (cut before it is done), `status` (answered with `status`, and
not done). GET lists what is left, DELETE forgets it.
"""

from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from local.stripe.errors import refusal

_CODES = {429: "rate_limit", 409: "lock_timeout", 401: "invalid_api_key"}


@dataclass
class Fault:
    """What happens to the next `times` requests whose path ends with `path`."""

    path: str
    kind: str
    times: int = 1
    status: int = 500


class Faults:
    """The faults that are still to come."""

    def __init__(self, app: web.Application) -> None:
        self._faults: list[Fault] = []
        app.router.add_get("/_config/faults", self._list)
        app.router.add_post("/_config/faults", self._add)
        app.router.add_delete("/_config/faults", self._clear)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around everything else, so that what is done is done before its answer is lost."""
        if request.path.startswith("/_config/") or (fault := self._due(request.path)) is None:
            return await handler(request)
        if fault.kind == "status":
            code = _CODES.get(fault.status, "api_error")
            return refusal(fault.status, code, "as asked for", headers={"Request-Id": "req_fault"})
        if fault.kind == "cut":
            await handler(request)
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("cut, as asked for")

    def _due(self, path: str) -> Fault | None:
        for fault in self._faults:
            if path.endswith(fault.path):
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": [asdict(fault) for fault in self._faults]})

    async def _add(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        self._faults.append(Fault(**asked))
        return await self._list(request)

    async def _clear(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self._list(request)
