"""What was sent by e-mail and SMS, as the end-to-end tests look at it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

PATIENCE = 60


async def sent(front_door: str, to: str) -> list[dict[str, Any]]:
    """Every message to a recipient, the latest first."""
    async with aiohttp.ClientSession() as http, http.get(f"{front_door}/_local/mail.json") as answer:
        found = (await answer.json())["messages"]
    return [message for message in found if message["to"] == to]


async def arrived(front_door: str, to: str, subject: str) -> dict[str, Any]:
    """The one message to a recipient with this in its subject, once it is there."""

    async def look() -> dict[str, Any] | None:
        found = [message for message in await sent(front_door, to) if subject in message["subject"]]
        assert len(found) < 2, found
        return found[0] if found else None

    return await eventually(look)


async def eventually[T](look: Callable[[], Awaitable[T | None]]) -> T:
    """The first thing that `look` finds. Raises TimeoutError after a minute."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.2)
