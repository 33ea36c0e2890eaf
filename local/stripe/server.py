"""`python -m local.stripe.server PORT`: localstripe on loopback, without its file in /tmp, with what it lacks."""

import asyncio
import sys
from typing import Any

from aiohttp import web
from localstripe import resources, server

from local.settings import HOST
from local.stripe import authentication, cards, events, faults, idempotency, states


def application(port: int) -> web.Application:
    """localstripe's application with our middlewares around and within its own."""
    app = server.app
    for middleware in (
        states.middleware,
        events.middleware,
        idempotency.Keys().middleware,
        faults.Faults(app).middleware,
    ):
        app.middlewares.insert(0, middleware)
    cards.install()
    authentication.install(app, f"http://{HOST}:{port}")
    # It would write all it knows into one file in /tmp after each change, for the next one to read.
    resources.Store.dump_to_disk = lambda _self: None
    assert isinstance(app, web.Application)  # noqa: S101 (localstripe has no types)
    return app


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    runner = web.AppRunner(application(port), access_log=None, handle_signals=True)
    await runner.setup()
    site: Any = web.TCPSite(runner, HOST, port)
    await site.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
