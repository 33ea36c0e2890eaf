"""`/ws`: a WebSocket to the WebSocket API, frame by frame, refused when the API refuses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

from local.frontdoor.platform import PLATFORM, Platform
from local.frontdoor.problems import problem

# What a browser sends with a handshake and what its peer behind us has to see too.
PASSED_ON = ("Origin", "User-Agent", "X-Amzn-Trace-Id", "Authorization", "Cookie")
# RFC 6455, 7.4.1: these say that no close frame came, and must not be sent in one.
NOT_SENDABLE = {None, 1005, 1006, 1015}

Socket = aiohttp.ClientWebSocketResponse | web.WebSocketResponse
Ending = tuple[int, bytes]  # a close code and its reason
GONE: Ending = (WSCloseCode.GOING_AWAY, b"")

PASS: dict[WSMsgType, Callable[[Socket, Any], Awaitable[None]]] = {
    WSMsgType.TEXT: lambda socket, data: socket.send_str(data),
    WSMsgType.BINARY: lambda socket, data: socket.send_bytes(data),
    WSMsgType.PING: lambda socket, data: socket.ping(data),
    WSMsgType.PONG: lambda socket, data: socket.pong(data),
}


async def proxy(request: web.Request) -> web.StreamResponse:
    """Opens the far side first, so that its refusal can still be an HTTP status."""
    if not web.WebSocketResponse().can_prepare(request):
        return problem(426, "Upgrade Required", "This address speaks WebSocket.")
    platform = request.app[PLATFORM]
    try:
        far = await _connect(platform, request)
    except aiohttp.WSServerHandshakeError as refusal:
        return problem(
            refusal.status, "WebSocket refused", f"The WebSocket API refused the connection: {refusal.message}"
        )
    # Pings are passed on like messages rather than answered here: whoever sends one learns that the far end lives.
    # No side is closed by itself either: an early end of the near one would leave no time to tell the far one why.
    near = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0)
    try:
        await near.prepare(request)
        await _relay(near, far)
    except ConnectionResetError:
        # The browser left during the handshake: there is nobody to answer, and only the far side to tell.
        await far.close(code=WSCloseCode.GOING_AWAY)
    finally:
        await far.close()
    return near


async def _connect(platform: Platform, request: web.Request) -> aiohttp.ClientWebSocketResponse:
    base, outputs = await platform.websocket_base()
    try:
        return await _open(platform, base, request)
    except aiohttp.WSServerHandshakeError:
        if not await platform.changed_since(outputs):
            raise
    base, _ = await platform.websocket_base()
    return await _open(platform, base, request)


async def _open(platform: Platform, base: str, request: web.Request) -> aiohttp.ClientWebSocketResponse:
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    return await platform.session.ws_connect(
        f"{base}{query}", headers=headers, autoping=False, autoclose=False, max_msg_size=0
    )


async def _relay(near: web.WebSocketResponse, far: aiohttp.ClientWebSocketResponse) -> None:
    """Runs until one side is through, then closes both with the code and reason that it gave."""
    directions = [asyncio.create_task(_pump(near, far)), asyncio.create_task(_pump(far, near))]
    try:
        finished, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for direction in directions:
            direction.cancel()
        # Both have to be over before a close frame is sent: aiohttp's close() waits for whoever is receiving.
        await asyncio.gather(*directions, return_exceptions=True)
    code, reason = finished.pop().result()
    for side in (far, near):
        await side.close(code=code, message=reason)


async def _pump(source: Socket, target: Socket) -> Ending:
    """Passes frames on until the source closes or the target is gone."""
    try:
        while (message := await source.receive()).type in PASS:
            await PASS[message.type](target, message.data)
    except ConnectionError:
        return GONE
    if message.type is WSMsgType.CLOSE and message.data not in NOT_SENDABLE:
        return message.data, (message.extra or "").encode()
    return GONE
