"""Puts the front door together and keeps it open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from local.frontdoor import config, inbox, inside, rest, static, websocket
from local.frontdoor.platform import PLATFORM, Platform
from local.frontdoor.problems import emulator_down
from local.settings import HOST, Settings
from local.xray.store import TraceStore

CONNECTIONS = 1_000  # to the emulator at once: above what a burst in the load tests opens
BODY_LIMIT = 10 * 1024 * 1024  # API Gateway's own payload limit


def application(platform: Platform) -> web.Application:
    """Every route; the pages come last, since they take what is left."""
    app = web.Application(middlewares=[emulator_down], client_max_size=BODY_LIMIT)
    app[PLATFORM] = platform
    app.router.add_route("*", "/api", rest.forward)
    app.router.add_route("*", r"/api/{path:[\s\S]*}", rest.forward)
    app.router.add_get("/ws", websocket.proxy)
    app.router.add_get("/config.json", config.config)
    app.add_routes(inbox.routes)
    app.add_routes(inside.routes)
    app.add_routes(static.pages(platform.settings.root / "web"))
    return app


@asynccontextmanager
async def serving(settings: Settings, traces: TraceStore) -> AsyncIterator[None]:
    """Serves on loopback for the length of the block."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    # Bodies and headers pass through as they are, and how long to wait for an answer is the caller's decision.
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    ) as session:
        runner = web.AppRunner(application(Platform(settings, traces, session)), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, settings.port).start()
            yield
        finally:
            await runner.cleanup()
