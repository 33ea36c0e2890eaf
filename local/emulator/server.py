"""Serve MiniStack's application until a signal, and leave no function process behind.

MiniStack's own `main` waits for open connections at SIGTERM and lets the function processes notice by themselves that
their server has gone. Nothing here is worth saving, so this one kills them and exits at once.
"""

import asyncio
import os
import resource
import signal
import sys

from hypercorn.asyncio import serve  # type: ignore[import-not-found]  # only the emulator's environment has it
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack import app
from ministack.core import lambda_runtime

_DEFAULT_PORT = "4566"


def _raise_file_limit() -> None:
    """A burst needs a socket per request and three per function process; the soft limit is often 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _end() -> None:
    # Without lambda_runtime._lock: a thread may hold it while it waits for something that will never come now.
    for workers in list(lambda_runtime._workers.values()):
        for worker in list(workers):
            if worker._proc is not None:
                worker._proc.kill()
    sys.stderr.flush()
    os._exit(0)


async def _serve(address: str) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end)
    config = Config()
    config.bind = [address]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"].upper()
    await serve(app.app, config, shutdown_trigger=asyncio.Event().wait)


def run() -> None:
    """Serve on BIND_HOST and GATEWAY_PORT. Raises SystemExit with one line if the port is taken."""
    _raise_file_limit()
    address = f"{os.environ['BIND_HOST']}:{os.environ.get('GATEWAY_PORT', _DEFAULT_PORT)}"
    try:
        asyncio.run(_serve(address))
    except OSError as error:
        raise SystemExit(f"The emulator cannot listen on {address}: {error.strerror}") from error
