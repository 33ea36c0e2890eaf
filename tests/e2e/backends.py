"""Old systems of a test's own: one that tells what it was asked, those that never (or never quite) answer,
and one that is not there."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from local.settings import HOST
from tests.ports import free_ports


async def _tell(request: web.Request) -> web.Response:
    """What arrived, as JSON; with headers as an old server sends them."""
    told = {
        "method": request.method,
        "target": request.raw_path,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": (await request.read()).decode("latin-1"),
    }
    answer = web.Response(text=json.dumps(told), status=int(request.query.get("status", "200")))
    answer.headers.update({"X-Shop": "4.2", "Keep-Alive": "timeout=5", "Proxy-Authenticate": "Basic", "X-Hop": "once"})
    answer.headers.update({"Connection": "keep-alive, X-Hop", "Server": "OldShop/4.2", "Location": "/elsewhere"})
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    return answer


@asynccontextmanager
async def telling() -> AsyncIterator[str]:
    """The address of a system that tells what it was asked; `?status=` makes it answer so."""
    app = web.Application()
    app.router.add_route("*", r"/{path:[\s\S]*}", _tell)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    try:
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """The address of a system that takes every call and answers none."""

    async def never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server = await asyncio.start_server(never, HOST, 0)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        server.close_clients()


@asynccontextmanager
async def trickling() -> AsyncIterator[str]:
    """The address of a system that begins an answer and adds a byte to it now and then, for ever."""

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.2)

    server = await asyncio.start_server(endless, HOST, 0)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        server.close_clients()


def absent() -> str:
    """An address where nothing listens."""
    (port,) = free_ports(1)
    return f"http://{HOST}:{port}"
