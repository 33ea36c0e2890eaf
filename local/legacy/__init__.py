"""A small old shop system to strangle: coupons and loyalty points, a database of its own, and habits of its own.

It stands for what is there before the platform comes: XML, amounts and dates as Germans write them, errors that answer
200, and headers that it believes because only its own reverse proxy could set them once. `docs/strangler.md` shows how
the platform takes its coupons over while its loyalty points stay.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from local import sam
from local.legacy import database
from local.processes import spawn, stop
from local.settings import Settings


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """The old system as a process of its own for the length of the block, with its demo data renewed."""
    command = [sys.executable, "-m", "local.legacy.server", str(settings.legacy_port), str(settings.legacy_database)]
    settings.state.mkdir(parents=True, exist_ok=True)
    database.renew(settings.legacy_database)
    environ = sam.environment(settings) | {"PYTHONUNBUFFERED": "1"}
    process = spawn(command, env=environ, cwd=settings.root, log=settings.logs / "legacy.log")
    try:
        yield
    finally:
        stop(process)
