"""Errors of the front door's own, as application/problem+json (RFC 9457)."""

import json
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web

from local.frontdoor.platform import PLATFORM, Unavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem(status: int, title: str, detail: str) -> web.Response:
    """A problem document. `about:blank`: the status says all there is to its type."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/problem+json"}
    )


@web.middleware
async def emulator_down(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers 502 with one sentence when the emulator does not."""
    try:
        return await handler(request)
    except Unavailable as error:
        return problem(502, "Bad Gateway", str(error))
    except aiohttp.ClientError as error:
        endpoint = request.app[PLATFORM].settings.endpoint
        return problem(502, "Bad Gateway", f"The emulator at {endpoint} does not answer: {error}")
