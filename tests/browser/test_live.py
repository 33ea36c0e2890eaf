"""The live order page when the connection is not what it should be."""

import asyncio
import json

from playwright.async_api import WebSocketRoute, expect

from local.client import Session
from tests.browser.visitor import HAPPY_WAY, PATIENCE, WANTED, Visitor

FULL = list(enumerate(HAPPY_WAY, start=1))


async def _confirmed(customer: Session) -> str:
    """An order that is confirmed, placed by a program."""
    async with customer.updates() as updates:
        receipt = await customer.post("/orders", WANTED)
        order_id = str(receipt.body["orderId"])
        async with asyncio.timeout(PATIENCE / 1000):
            async for message in updates:
                update = message.json()
                if (update["orderId"], update["status"]) == (order_id, "CONFIRMED"):
                    break
    return order_id


async def test_a_connection_lost_midway_comes_back_and_the_timeline_is_whole(visitor: Visitor) -> None:
    cut: list[str] = []

    def cut_once(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        async def pass_on(message: str | bytes) -> None:
            if cut:
                socket.send(message)
                return
            cut.append(str(message))
            await server.close()
            await socket.close()

        server.on_message(pass_on)

    await visitor.page.route_web_socket("**/ws?*", cut_once)
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert cut
    assert await visitor.timeline() == FULL
    await expect(visitor.page.locator(".connection")).to_have_text("Live", timeout=PATIENCE)


async def test_without_any_connection_the_page_asks_and_the_timeline_is_whole(visitor: Visitor) -> None:
    async def refuse(socket: WebSocketRoute) -> None:
        await socket.close()

    await visitor.page.route_web_socket("**/ws?*", refuse)
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert await visitor.timeline() == FULL
    await expect(visitor.page.locator(".connection")).to_contain_text("asking every few seconds")


async def test_pushes_alone_fill_the_timeline(visitor: Visitor) -> None:
    """The journal answers with nothing: whatever is shown has come over the connection."""
    await visitor.answer("**/events?*", 200, json.dumps({"items": [], "cursor": None}))
    await visitor.sign_in()
    await visitor.pick()
    async with visitor.page.expect_websocket() as opened:
        await visitor.fill_checkout()
    await opened.value
    await visitor.place()
    await visitor.reaches("CONFIRMED")
    assert await visitor.timeline() == FULL


async def test_pushes_that_come_twice_and_out_of_order_are_shown_once_and_in_order(visitor: Visitor) -> None:
    waiting: list[str | bytes] = []

    def shuffle(socket: WebSocketRoute) -> None:
        def hold(message: str | bytes) -> None:
            waiting.append(message)
            # In pairs, the later one first; the last of all has no partner.
            if len(waiting) % 2 == 0 or len(waiting) == len(FULL):
                for held in (*reversed(waiting[-2:]), message):
                    socket.send(held)

        socket.connect_to_server().on_message(hold)

    await visitor.page.route_web_socket("**/ws?*", shuffle)
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert await visitor.timeline() == FULL
    assert await visitor.page.locator("li[data-sequence] time").count() == len(FULL)


async def test_an_order_page_opened_later_shows_the_whole_way(visitor: Visitor, alice: Session) -> None:
    order_id = await _confirmed(alice)
    await visitor.sign_in()
    await visitor.open(f"/orders/{order_id}")
    await visitor.reaches("CONFIRMED")
    assert await visitor.timeline() == FULL


async def test_a_customer_never_sees_anothers_order(visitor: Visitor, alice: Session) -> None:
    order_id = await _confirmed(alice)
    visitor.provokes("status of 404")
    await visitor.sign_in("Bob")
    await visitor.open(f"/orders/{order_id}")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("You have no such order")
    assert "Torstraße" not in await visitor.page.inner_text("main")
    assert await visitor.page.locator(".timeline").count() == 0


async def test_the_list_of_orders_changes_while_one_looks(visitor: Visitor, alice: Session) -> None:
    """A page that was loaded when the order was new learns of its end by the connection alone."""
    order_id = await _confirmed(alice)
    order = (await alice.get(f"/orders/{order_id}")).body | {"status": "RECEIVED", "version": 1}
    await visitor.answer("**/api/orders?*", 200, json.dumps({"items": [order], "cursor": None}))
    connected: asyncio.Future[WebSocketRoute] = asyncio.get_running_loop().create_future()
    await visitor.page.route_web_socket("**/ws?*", lambda socket: connected.set_result(socket))
    await visitor.sign_in()
    await visitor.open("/orders")
    shown = visitor.page.locator(f"[data-order='{order_id}'] .pill")
    await expect(shown).to_have_text("Order received")
    update = {"type": "OrderConfirmed", "orderId": order_id, "sequence": 7, "status": "CONFIRMED", "data": {}}
    (await connected).send(json.dumps(update))
    await expect(shown).to_have_text("Paid and confirmed")
