"""A client of the WebSocket that misses nothing and shows nothing twice, whatever becomes of its connections: what
web/js/realtime.js and web/js/follow.js do in a browser, for programs and tests.
"""

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from typing import Any

import aiohttp

from local.client import Session
from local.order import ENDINGS

# Seconds: before the next attempt to connect (the upper bound, doubled each time), until an overtaken update is asked
# for, and at least between questions for orders of which nothing is heard: a connection can lose an update without a
# trace, but if all clients asked often, nobody would be told anything in time.
FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0
PATIENCE = 0.5
QUIET = 120.0

type Event = dict[str, Any]


class Journal:
    """An order's events in sequence and once each, however they arrive."""

    def __init__(self) -> None:
        self.last = 0
        self._ahead: dict[int, Event] = {}

    def add(self, events: list[Event]) -> list[Event]:
        """Take events in; those that are next, in sequence. Early ones wait for what is missing."""
        self._ahead |= {event["sequence"]: event for event in events if event["sequence"] > self.last}
        shown = []
        while (event := self._ahead.pop(self.last + 1, None)) is not None:
            shown.append(event)
            self.last += 1
        return shown

    @property
    def gap(self) -> bool:
        """Whether an event waits for one before it."""
        return bool(self._ahead)


class Follower:
    """One connection after the other, as long as it runs. `views` holds what it has shown of each order it follows;
    `counts` what it took.
    """

    def __init__(self, session: Session, chance: random.Random) -> None:
        self._session, self._chance = session, chance
        self._journals: dict[str, Journal] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked = 0.0
        self._quiet = QUIET
        self.views: dict[str, list[Event]] = {}
        self.counts: Counter[str] = Counter()

    @property
    def live(self) -> bool:
        """Whether there is a connection."""
        return self._socket is not None

    def ended(self, order_id: str) -> bool:
        """Whether the order's end has been shown."""
        view = self.views[order_id]
        return bool(view) and view[-1]["status"] in ENDINGS

    async def follow(self, order_id: str, *, new: bool = False) -> None:
        """Show everything that has happened to the order and will. Of a `new` one that is this customer's own, an open
        connection hears everything by itself.
        """
        self._journals.setdefault(order_id, Journal())
        self.views.setdefault(order_id, [])
        if not new:
            await self._subscribe([order_id])

    async def run(self) -> None:
        """Connect, listen, and connect again; until cancelled."""
        attempt = 0
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                ticket = await self._session.post("/realtime/tickets")
                if ticket.status == 201:
                    await self._listen(ticket.body["url"])
                    attempt = 0
            bound = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
            attempt += 1
            await asyncio.sleep(self._chance.uniform(0, bound))

    async def cut(self, *, politely: bool) -> None:
        """Lose the connection: with a close frame, or as a phone does in a tunnel."""
        if (socket := self._socket) is None:
            return
        self.counts["closed" if politely else "aborted"] += 1
        self._socket = None
        if politely:
            await socket.close()
        elif transport := socket.get_extra_info("socket"):
            transport.shutdown(2)

    async def _listen(self, url: str) -> None:
        async with self._session.platform.socket(url) as socket:
            self._socket = socket
            self.counts["connections"] += 1
            await self._subscribe(self._open_orders())
            try:
                while self._socket is socket:
                    await self._hear(socket)
            finally:
                if self._socket is socket:
                    self._socket = None

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """The next frame; if none comes for a while, whatever may be missing is asked for."""
        try:
            message = await socket.receive(timeout=PATIENCE)
        except TimeoutError:
            await self._ask_for_what_is_missing()
            return
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise aiohttp.ClientConnectionError("closed")
        frame = json.loads(message.data)
        if frame.get("type") == "subscribed":
            self.counts["replays"] += 1
            self._take(frame["orderId"], frame["items"])
        elif frame.get("type") == "error":
            self.counts[frame["code"]] += 1
        elif "sequence" not in frame:
            # The gateway's own word for a function that failed: what was asked is asked again in a moment.
            self.counts["failures"] += 1
            self._asked -= self._quiet - self._chance.uniform(PATIENCE, LONGEST_WAIT)
        elif frame.get("orderId") in self._journals:
            self._take(frame["orderId"], [frame])
        # A busy connection has no quiet moment, and a gap must not wait for one.
        if any(journal.gap for journal in self._journals.values()):
            await self._ask_for_what_is_missing()

    def _take(self, order_id: str, events: list[Event]) -> None:
        told = ("sequence", "type", "status", "occurredAt", "data")
        shown = self._journals[order_id].add(events)
        self.counts["heard"] += len(events)
        self.counts["repeats"] += max(0, len(events) - len(shown)) if not self._journals[order_id].gap else 0
        self.views[order_id] += [{name: event[name] for name in told} for event in shown]

    async def _ask_for_what_is_missing(self) -> None:
        now = asyncio.get_running_loop().time()
        gaps = [order_id for order_id, journal in self._journals.items() if journal.gap]
        if now - self._asked > (PATIENCE if gaps else self._quiet):
            self._quiet = self._chance.uniform(QUIET, 2 * QUIET)
            await self._subscribe(gaps or self._open_orders())

    def _open_orders(self) -> list[str]:
        return [order_id for order_id in self._journals if not self.ended(order_id)]

    async def _subscribe(self, order_ids: list[str]) -> None:
        if (socket := self._socket) is None:
            return
        self._asked = asyncio.get_running_loop().time()
        with suppress(ConnectionError, aiohttp.ClientError):
            for order_id in order_ids:
                frame = {"action": "subscribe", "orderId": order_id, "after": self._journals[order_id].last}
                await socket.send_str(json.dumps(frame))
