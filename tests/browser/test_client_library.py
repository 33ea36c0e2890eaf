"""The client library of the WebSocket, where it runs: against a gateway of the test's own, and the real one."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute, expect

from local.client import Session
from tests.browser.visitor import HAPPY_WAY, PATIENCE, Visitor

TOPIC = {"orderId": "o"}


class Gateway:
    """In the WebSocket API's place: keeps each connection and what was said over it."""

    def __init__(self, visitor: Visitor) -> None:
        self._page = visitor.page
        self.sockets: list[WebSocketRoute] = []
        self.said: list[dict[str, Any]] = []

    async def stand_in(self) -> None:
        """From now on, windows connect to this."""

        def accept(socket: WebSocketRoute) -> None:
            self.sockets.append(socket)
            socket.on_message(lambda text: self.said.append(json.loads(text)))

        await self._page.route_web_socket("**/stand-in", accept)

    async def open(self, after: int = 0) -> None:
        """A client that watches order `o`, knows it up to `after`, and keeps what it hears in `window.heard`."""
        await self._page.evaluate(
            """async ([url, topic, after]) => {
                const { Realtime } = await import('/js/realtime.js');
                window.heard = []; window.states = []; window.after = after;
                window.client = new Realtime(async () => ({ url }));
                window.client.listen((update) => window.heard.push(update.sequence),
                                     (state) => window.states.push(state));
                window.leave = window.client.watch(topic, () => window.after);
            }""",
            ["ws://localhost/stand-in", TOPIC, after],
        )
        await self.connections(1)

    async def connections(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE / 1000):
            while len(self.sockets) < number:
                await asyncio.sleep(0.05)

    async def asked(self, *frames: dict[str, Any]) -> None:
        """Waits until exactly this has been said."""
        async with asyncio.timeout(PATIENCE / 1000):
            while self.said != list(frames):
                await asyncio.sleep(0.05)

    def tell(self, frame: dict[str, Any]) -> None:
        self.sockets[-1].send(json.dumps(frame))

    async def heard(self, sequences: list[int]) -> None:
        await self._page.wait_for_function(
            "(wanted) => JSON.stringify(window.heard) === JSON.stringify(wanted)", arg=sequences
        )


@pytest.fixture
async def gateway(visitor: Visitor) -> Gateway:
    """A page, and nothing behind its WebSockets but the test."""
    await visitor.open()
    made = Gateway(visitor)
    await made.stand_in()
    return made


def subscription(after: int) -> dict[str, Any]:
    return {"action": "subscribe", **TOPIC, "after": after}


def update(sequence: int) -> dict[str, Any]:
    return {"type": "OrderPriced", **TOPIC, "sequence": sequence, "status": "PRICED", "data": {}}


async def test_a_client_subscribes_when_it_is_connected_and_hears_what_it_missed(gateway: Gateway) -> None:
    await gateway.open(after=1)
    await gateway.asked(subscription(1))
    items = [{name: value for name, value in update(number).items() if name != "orderId"} for number in (2, 3)]
    gateway.tell({"type": "subscribed", **TOPIC, "items": items, "more": False})
    gateway.tell(update(4))
    await gateway.heard([2, 3, 4])


async def test_a_lost_connection_comes_back_with_its_subscriptions_from_where_they_were(
    gateway: Gateway, visitor: Visitor
) -> None:
    await gateway.open()
    await gateway.asked(subscription(0))
    await visitor.page.evaluate("window.after = 5")
    await gateway.sockets[0].close()
    await gateway.connections(2)
    await gateway.asked(subscription(0), subscription(5))
    assert await visitor.page.evaluate("window.states") == ["connecting", "live", "waiting", "connecting", "live"]


async def test_whoever_leaves_unsubscribes_and_does_not_come_back(gateway: Gateway, visitor: Visitor) -> None:
    await gateway.open()
    await gateway.asked(subscription(0))
    await visitor.page.evaluate("window.leave()")
    await gateway.asked(subscription(0), {"action": "unsubscribe", **TOPIC})
    await gateway.sockets[0].close()
    await gateway.connections(2)
    await gateway.asked(subscription(0), {"action": "unsubscribe", **TOPIC})


@pytest.mark.parametrize(
    "trouble",
    [
        {"type": "error", "code": "unavailable", "retryAfter": 0.1, **TOPIC},
        {"type": "error", "code": "rate-limited", "retryAfter": 0.1},
        {"message": "Internal server error", "connectionId": "c", "requestId": "r"},
    ],
)
async def test_what_failed_for_a_moment_is_asked_again(gateway: Gateway, trouble: dict[str, Any]) -> None:
    await gateway.open()
    await gateway.asked(subscription(0))
    gateway.tell(trouble)
    await gateway.asked(subscription(0), subscription(0))


@pytest.mark.parametrize("code", ["not-found", "forbidden", "invalid"])
async def test_what_was_refused_for_good_is_not_asked_again(gateway: Gateway, code: str) -> None:
    await gateway.open()
    await gateway.asked(subscription(0))
    gateway.tell({"type": "error", "code": code, "detail": "no", **TOPIC})
    gateway.tell(update(1))
    await gateway.heard([1])
    await asyncio.sleep(1)
    await gateway.asked(subscription(0))


async def test_a_connection_that_has_died_unnoticed_is_given_up_when_its_reader_comes_back(
    gateway: Gateway, visitor: Visitor
) -> None:
    """A phone wakes up: its socket looks open, and nobody is at the other end."""
    await gateway.open()
    await gateway.asked(subscription(0))
    await visitor.page.evaluate("dispatchEvent(new Event('online'))")
    await gateway.asked(subscription(0), {"action": "ping"})
    await gateway.connections(2)


async def test_a_pong_keeps_the_connection(gateway: Gateway, visitor: Visitor) -> None:
    await visitor.page.clock.install()
    await gateway.open()
    await gateway.asked(subscription(0))
    await visitor.page.evaluate("dispatchEvent(new Event('online'))")
    await gateway.asked(subscription(0), {"action": "ping"})
    gateway.tell({"type": "pong", "at": "now"})
    gateway.tell(update(1))
    await gateway.heard([1])
    await visitor.page.clock.fast_forward(60_000)
    assert len(gateway.sockets) == 1


async def test_a_reconnected_page_is_told_what_it_missed_over_the_connection_alone(
    visitor: Visitor, alice: Session
) -> None:
    """The journal is not asked over HTTP: with what it missed the subscription alone fills the timeline."""
    await visitor.answer("**/events?*", 200, json.dumps({"items": [], "cursor": None}))
    down: list[WebSocketRoute] = []

    def until_confirmed(socket: WebSocketRoute) -> None:
        if not down:
            down.append(socket)
            socket.connect_to_server().on_message(lambda _: None)
        else:
            socket.connect_to_server()

    await visitor.page.route_web_socket("**/ws?*", until_confirmed)
    await visitor.sign_in()
    await visitor.order()
    order_id = await visitor.order_id()
    async with asyncio.timeout(PATIENCE / 1000):
        while (await alice.get(f"/orders/{order_id}")).body["status"] not in {"CONFIRMED", "DELIVERED"}:
            await asyncio.sleep(0.2)
    assert await visitor.timeline() == []
    await down[0].close()
    await visitor.reaches("CONFIRMED")
    assert (await visitor.timeline())[: len(HAPPY_WAY)] == list(enumerate(HAPPY_WAY, start=1))


async def test_signing_out_closes_what_the_sign_in_has_opened(visitor: Visitor) -> None:
    await visitor.sign_in()
    async with visitor.page.expect_response("**/api/realtime/connections") as told:
        await visitor.page.get_by_role("button", name="Sign out").click()
    response = await told.value
    assert (response.request.method, response.status) == ("DELETE", 204)
    await expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible(timeout=PATIENCE)
