"""Fixtures of the local run's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from local.frontdoor import serving
from local.settings import Settings
from local.xray.store import TraceStore
from tests.local.fake_emulator import FakeEmulator, FrontDoor
from tests.ports import free_ports


@pytest.fixture
async def front_door(tmp_path: Path) -> AsyncIterator[FrontDoor]:
    """A front door over a project with one page."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_text("<h1>Hungry?</h1>")
    (tmp_path / "template.yaml").write_text("secret: true")
    emulator, traces = FakeEmulator(), TraceStore()
    async with TestServer(emulator.application()) as behind, aiohttp.ClientSession() as client:
        assert behind.port is not None
        (port,) = free_ports(1)
        settings = Settings(root=tmp_path, state=tmp_path / ".local", port=port, emulator_port=behind.port)
        async with serving(settings, traces):
            yield FrontDoor(f"http://127.0.0.1:{settings.port}", settings, emulator, behind, traces, client)
