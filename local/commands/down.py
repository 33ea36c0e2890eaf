"""Stop the platform that runs in the background (or in another terminal)."""

import argparse
import os
import signal
import time
from contextlib import suppress

from local import lock
from local.console import LocalError, say
from local.settings import Settings

STOP_LIMIT = 30.0  # seconds; longer than the runner gives the emulator


def arguments(parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(options: argparse.Namespace, configured: Settings) -> None:
    process = lock.running(configured.pid_file)
    if process is None:
        say("it does not run")
        return
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT
    while lock.running(configured.pid_file) is not None:
        if time.monotonic() > deadline:
            raise LocalError(f"process {process} does not end; its log is {configured.logs / 'run.log'}")
        time.sleep(0.05)
    _await_end(process)
    say("stopped")


def _await_end(process: int) -> None:
    """The lock goes a moment before its process: waits for that too, but not for one that nobody reaps."""
    with suppress(ProcessLookupError):
        for _ in range(20):
            os.kill(process, 0)
            time.sleep(0.05)
