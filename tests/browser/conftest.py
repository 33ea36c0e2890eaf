"""A browser for each test: Debian's Chromium, driven by Playwright, with nothing but this machine to talk to."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, async_playwright

from local.client import Platform
from tests.browser.visitor import Visitor

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = 360
DESK = 1280

type Open = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's executable."""
    found = os.environ.get("YAFDP_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail("Chromium is missing: `apt-get install -y chromium`, or set YAFDP_CHROMIUM to one", pytrace=False)
    return found


@pytest.fixture(autouse=True)
async def _empty_baskets(platform: Platform) -> None:
    """The demo customers' baskets hold nothing of the test before."""
    for username in ("alice@example.com", "bob@example.com"):
        customer = await platform.demo_session(username)
        assert (await customer.call("DELETE", "/basket")).status == 200


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser without a past."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def visit(browser: Browser, front_door: str) -> AsyncIterator[Open]:
    """Opens windows; at the end none of them may have complained, nor have asked anybody but this machine."""
    visitors: list[Visitor] = []
    async with AsyncExitStack() as windows:

        async def open_window(width: int = DESK, scheme: str = "light") -> Visitor:
            context = await browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
            )
            windows.push_async_callback(context.close)
            visitors.append(Visitor(await context.new_page(), front_door))
            return visitors[-1]

        yield open_window
    for visitor in visitors:
        assert visitor.complaints() == []
        assert visitor.strangers == []


@pytest.fixture
async def visitor(visit: Open) -> Visitor:
    """One window on a desk."""
    return await visit()
