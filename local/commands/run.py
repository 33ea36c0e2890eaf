"""Build, deploy, seed and serve the platform until Ctrl-C."""

import argparse
import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import FrameType

from local import emulation, frontdoor, legacy, lock, ports, sam, seed, sources, stack, stripe, watch
from local.console import LocalError, say, step
from local.legacy import export
from local.processes import stop
from local.settings import KEY, Settings
from local.xray import collector


def arguments(parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(options: argparse.Namespace, configured: Settings) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    check_tools(configured)
    with lock.held(configured.pid_file):
        ports.check(configured)
        with _emulator(configured) as emulator, legacy.running(configured), _stripe(configured):
            prepare(configured, emulator)
            asyncio.run(_serve(configured, emulator))


def check_tools(configured: Settings) -> None:
    """Raises LocalError when the environments are not there."""
    for program in (configured.tools / "sam", configured.emulator_python):
        if not program.exists():
            raise LocalError(f"{program.relative_to(configured.root)} is missing; `make run` makes it")
    if configured.has_stripe and find_spec("localstripe") is None:
        raise LocalError("Stripe's stand-in is not installed; `sh local/environment.sh test` does that")


def prepare(configured: Settings, emulator: subprocess.Popen[bytes]) -> None:
    """Builds while the emulator starts, then deploys and seeds."""
    sam.build(configured)
    with step("emulator"):
        emulation.wait_until_ready(configured, emulator)
    sam.deploy(configured)
    sources.write(configured)
    with step("demo data"):
        deployed = stack.load(configured)
        seed.seed(deployed)
        export.send(deployed, configured.legacy_database)
        if configured.has_stripe:
            stripe.introduce(deployed, configured)


@contextmanager
def _stripe(configured: Settings) -> Iterator[None]:
    """Stripe's stand-in, where it is asked for."""
    if not configured.has_stripe:
        yield
        return
    with stripe.running(configured.stripe_port, env=sam.environment(configured), log=configured.logs / "stripe.log"):
        yield


@contextmanager
def _emulator(configured: Settings) -> Iterator[subprocess.Popen[bytes]]:
    emulator = emulation.start(configured)
    try:
        yield emulator
    finally:
        configured.ready_file.unlink(missing_ok=True)
        stop(emulator)


async def _serve(configured: Settings, emulator: subprocess.Popen[bytes]) -> None:
    """Serves until a signal; raises LocalError when the emulator ends before that."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with collector.listening(configured.xray_port) as traces, frontdoor.serving(configured, traces):
        announce(configured)
        configured.ready_file.touch()
        watcher = watch.Watcher(configured)
        while not stopped.is_set():
            if emulator.poll() is not None:
                raise emulation.died(configured, emulator)
            watcher.look()
            await _wait(stopped, seconds=1)
        say("stopping")


async def _wait(event: asyncio.Event, *, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def announce(configured: Settings) -> None:
    """Prints where everything is and who can sign in."""
    address = configured.front_door
    say()
    say(f"  pages      {address}")
    say(f"  REST API   {address}/api")
    say(f"  WebSocket  ws://localhost:{configured.port}/ws")
    say(f"  inside     {address}/_local/   (traces, queues, mail, the old system)")
    say(f"  emulator   {configured.endpoint}   (key and secret: {KEY})")
    say()
    for user in seed.DEMO_USERS:
        say(f"  {user['group']:<10} {user['username']} / {user['password']}")
    say()
    say("  Saved Python files take effect on the next request; `make deploy` applies the rest.")
    say("  Ctrl-C or `make down` stops it all.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
