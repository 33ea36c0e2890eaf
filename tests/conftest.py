"""One platform for all tests that need a running one: started by the real command on free ports, stopped at the end."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import settings, stack
from local.client import Platform, Session
from local.settings import Settings
from local.stack import Stack
from tests import sharing
from tests.ports import free_ports
from tests.shown import Show, Terminal, onto

ROOT = Path(__file__).resolve().parent.parent
STATE = ".local/test"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """The terminal is the first process's."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(Terminal(reporter))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The order in which they run."""
    sharing.ordered(items, shared=hasattr(config, "workerinput"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> sharing.Sharing:
    """Which process runs which."""
    return sharing.Sharing(config, log)


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Show:
    """Shows text on the terminal, whatever becomes of the test."""
    return onto(request.node)


@pytest.fixture(scope="session")
def platform_settings() -> Iterator[Settings]:
    """Settings of the platform to test. `YAFDP_RUNNING=1`: the one that runs under the environment's own settings,
    for one process.
    """
    if os.environ.get("YAFDP_RUNNING"):
        yield settings.load()
        return
    # Two processes that share the tests have a platform each.
    with started({"YAFDP_STATE": f"{STATE}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"}) as configured:
        yield configured


@contextmanager
def started(wanted: dict[str, str]) -> Iterator[Settings]:
    """A platform of the tests' own, started by the real command on free ports, for the length of the block."""
    names = ("YAFDP_PORT", "YAFDP_EMULATOR_PORT", "YAFDP_XRAY_PORT", "YAFDP_LEGACY_PORT", "YAFDP_STRIPE_PORT")
    environ = os.environ | dict(zip(names, map(str, free_ports(len(names))), strict=True))
    # Long enough to answer on a busy machine, short enough to wait for.
    environ |= {"YAFDP_KITCHEN_SECONDS": "45", "YAFDP_PAYMENT_ACTION_SECONDS": "30"} | wanted
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _local(environ, "down")
    up = _local(environ, "up")
    if up.returncode:
        pytest.fail(f"the platform does not start:\n{up.stdout}{up.stderr}", pytrace=False)
    yield settings.load(environ)
    _local(environ, "down")


@pytest.fixture(scope="session")
def front_door(platform_settings: Settings) -> str:
    """The running platform's address."""
    return platform_settings.front_door


@pytest.fixture(scope="session")
def deployed(platform_settings: Settings) -> Stack:
    """The deployed stack, to look into its tables and queues."""
    return stack.load(platform_settings)


@pytest.fixture
async def platform(front_door: str) -> AsyncIterator[Platform]:
    """A client of the running platform."""
    async with Platform.at(front_door) as opened:
        yield opened


@pytest.fixture
async def alice(platform: Platform) -> Session:
    """A customer."""
    return await platform.demo_session("alice@example.com")


@pytest.fixture
async def bob(platform: Platform) -> Session:
    """Another customer."""
    return await platform.demo_session("bob@example.com")


def _local(environ: dict[str, str], command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
