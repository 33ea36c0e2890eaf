"""The kitchen's screen and the courier's page, beside the customer's: what one does, the others see."""

import asyncio
import json
import re

from playwright.async_api import Locator, Route, WebSocketRoute, expect

from local import seed
from local.client import Platform, Session
from tests.browser.conftest import PHONE, Open
from tests.browser.visitor import PATIENCE, SUSHI, WANTED, Visitor

RAMEN = WANTED | {"restaurantId": seed.MANUAL, "items": [{"itemId": "ramen", "quantity": 1}], "note": "No onions"}
KITCHEN, ROUND = "Sushi Yamato", "Deliveries"
# How often the page sends what may be sent again before it gives up.
ATTEMPTS = 4


def ticket(window: Visitor, order_id: str) -> Locator:
    """The order's card on a screen."""
    return window.page.locator(f".ticket[data-order='{order_id}']")


async def shows(window: Visitor, order_id: str, status: str) -> None:
    """Waits until the card has come so far."""
    await expect(ticket(window, order_id)).to_have_attribute("data-status", status, timeout=PATIENCE)


async def press(window: Visitor, order_id: str, words: str) -> None:
    """Presses a button on the order's card."""
    await ticket(window, order_id).get_by_role("button", name=re.compile(f"^{words}")).click()


async def says(window: Visitor, words: str) -> None:
    """Waits for a word about what has changed."""
    await expect(window.page.locator(".news")).to_contain_text(words, timeout=PATIENCE)


async def ordered(customer: Session) -> str:
    """An order at the kitchen that must answer, placed by a program."""
    receipt = await customer.post("/orders", RAMEN)
    assert receipt.status == 202
    return str(receipt.body["orderId"])


async def test_a_whole_order_through_three_windows_and_none_is_reloaded(visit: Open) -> None:
    customer, kitchen, phone, courier = await visit(), await visit(), await visit(PHONE, "dark"), await visit(PHONE)
    await kitchen.sign_in("Kitchen", KITCHEN)
    await phone.sign_in("Kitchen", KITCHEN)
    await courier.sign_in("Courier", ROUND)
    await customer.sign_in()
    await customer.pick("Tonkotsu ramen", SUSHI)
    await customer.fill_checkout(note="No spring onions")
    await customer.place()
    windows = (customer, kitchen, phone, courier)
    order_id = await customer.order_id()
    for window in windows:
        await window.page.evaluate("window.sameAsEver = true")

    await shows(kitchen, order_id, "PENDING")
    card = ticket(kitchen, order_id)
    await expect(card).to_contain_text(re.compile("1 . Tonkotsu ramen"))
    await expect(card).to_contain_text("No spring onions")
    await expect(card.locator(".age")).to_have_text(re.compile(r"^\d+:\d\d left$"))
    await expect(card).to_have_attribute("data-fresh", "")
    await expect(kitchen.page.locator("#announcer")).to_have_text("A new order waiting for an answer")
    assert (await kitchen.page.title()).startswith("(")
    await shows(phone, order_id, "PENDING")
    await press(kitchen, order_id, "Accept")
    await customer.reaches("CONFIRMED")
    for screen in (kitchen, phone):
        await shows(screen, order_id, "CONFIRMED")
    await shows(courier, order_id, "ASSIGNED")
    await expect(ticket(courier, order_id)).to_contain_text("Oranienstraße 25")
    await expect(ticket(courier, order_id)).to_contain_text("Torstraße 1")
    assert await phone.width() <= PHONE
    assert await courier.width() <= PHONE

    await press(phone, order_id, "Ready")
    await shows(kitchen, order_id, "READY")
    await press(courier, order_id, "Picked up")
    await customer.reaches("PICKED_UP")
    for screen in (kitchen, phone):
        await expect(ticket(screen, order_id)).to_have_count(0, timeout=PATIENCE)
    await press(courier, order_id, "Delivered")
    await customer.reaches("DELIVERED")
    await says(courier, "is delivered. Thank you.")
    await expect(ticket(courier, order_id)).to_have_count(0)
    for window in windows:
        assert await window.page.evaluate("window.sameAsEver")
    assert await kitchen.page.locator(".news").inner_text() == ""


async def test_a_rejection_survives_a_lost_network_and_reaches_the_customer_in_the_kitchens_words(
    visit: Open, alice: Session
) -> None:
    kitchen, customer = await visit(), await visit()
    kitchen.provokes("net::ERR_FAILED")
    order_id = await ordered(alice)
    await kitchen.sign_in("Kitchen", KITCHEN)
    await shows(kitchen, order_id, "PENDING")
    await press(kitchen, order_id, "Reject …")
    card = ticket(kitchen, order_id)
    await press(kitchen, order_id, "Reject")
    await expect(card.get_by_role("alert")).to_have_text("Please say why: the customer is told.")
    await card.get_by_label("Why not?").fill("The broth has boiled over")
    await kitchen.page.route("**/reject", lambda route: route.abort(), times=ATTEMPTS)
    await press(kitchen, order_id, "Reject")
    await expect(card.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(card.get_by_label("Why not?")).to_have_value("The broth has boiled over")
    await customer.sign_in()
    await customer.open(f"/orders/{order_id}")
    await press(kitchen, order_id, "Reject")
    await expect(card).to_have_count(0)
    await customer.reaches("REJECTED")
    await expect(customer.page.locator(".reason")).to_contain_text("The broth has boiled over")


async def test_an_order_that_is_called_off_leaves_the_screen_with_a_word_about_it(visit: Open, alice: Session) -> None:
    kitchen, customer = await visit(), await visit()
    recalled, cancelled = await ordered(alice), await ordered(alice)
    await kitchen.sign_in("Kitchen", KITCHEN)
    await customer.sign_in()
    await customer.open(f"/orders/{recalled}")
    await press(kitchen, recalled, "Accept")
    await shows(kitchen, cancelled, "PENDING")
    assert (await alice.post(f"/orders/{cancelled}/cancel", {})).status == 202
    await says(kitchen, f"Order {cancelled[:5].upper()} is off: its customer has cancelled it.")
    await expect(ticket(kitchen, cancelled)).to_have_count(0)

    await shows(kitchen, recalled, "CONFIRMED")
    await press(kitchen, recalled, "We cannot make it …")
    await press(kitchen, recalled, "Sold out")
    await press(kitchen, recalled, "Reject")
    await kitchen.page.get_by_role("button", name="Keep it").click()
    await shows(kitchen, recalled, "CONFIRMED")
    await press(kitchen, recalled, "Reject")
    await kitchen.page.get_by_role("button", name="Call it off").click()
    await customer.reaches("CANCELLED")
    await expect(customer.page.locator(".reason")).to_contain_text("Sold out")
    await expect(ticket(kitchen, recalled)).to_have_count(0, timeout=PATIENCE)


async def test_a_screen_that_hears_nothing_asks_and_is_told_in_words_that_another_was_faster(
    visit: Open, alice: Session
) -> None:
    quick, deaf = await visit(), await visit()
    deaf.provokes("status of 409")

    async def refuse(socket: WebSocketRoute) -> None:
        await socket.close()

    await deaf.page.route_web_socket("**/ws?*", refuse)
    await quick.sign_in("Kitchen", KITCHEN)
    await deaf.sign_in("Kitchen", KITCHEN)
    await expect(deaf.page.locator(".connection")).to_contain_text("asking every few seconds")
    order_id = await ordered(alice)
    await shows(deaf, order_id, "PENDING")
    stale = {"status": 304, "body": ""}
    await deaf.page.route("**/kitchen/orders?open*", lambda route: route.fulfill(**stale))
    await press(quick, order_id, "Reject …")
    await press(quick, order_id, "Too many orders")
    await press(quick, order_id, "Reject")
    await expect(ticket(quick, order_id)).to_have_count(0)
    await press(deaf, order_id, "Accept")
    await expect(ticket(deaf, order_id).get_by_role("alert")).to_contain_text("Somebody was faster")
    await deaf.page.unroute("**/kitchen/orders?open*")
    await says(deaf, "was rejected: “Too many orders right now”")
    await expect(ticket(deaf, order_id)).to_have_count(0)


async def test_a_platform_that_does_not_answer_leaves_what_is_known_on_the_screen(
    visitor: Visitor, alice: Session
) -> None:
    visitor.provokes("net::ERR_FAILED")
    visitor.provokes("status of 403")
    order_id = await ordered(alice)
    await visitor.sign_in("Kitchen", KITCHEN)
    await shows(visitor, order_id, "PENDING")
    lost = asyncio.Event()

    async def answer(route: Route) -> None:
        if lost.is_set():
            await route.fulfill(status=403, body=json.dumps({"type": "https://yafdp.dev/problems/forbidden"}))
        else:
            await route.abort()

    await visitor.page.route("**/kitchen/orders?open*", answer)
    # Another order makes the screen ask.
    await ordered(alice)
    await expect(visitor.page.locator(".connection")).to_contain_text("This is how it stood at", timeout=PATIENCE)
    await shows(visitor, order_id, "PENDING")
    # Whoever does not work here any more is told so.
    lost.set()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This page is not for you")
    await expect(ticket(visitor, order_id)).to_have_count(0)


async def test_each_sees_the_way_to_their_own_work_and_is_refused_at_the_others(
    visit: Open, platform: Platform
) -> None:
    staff = await platform.demo_session("kitchen@example.com")
    assert (await staff.call("DELETE", "/basket")).status == 200
    customer, cook = await visit(), await visit()
    asked: list[str] = []
    customer.page.on("request", lambda request: asked.append(request.url))
    await customer.sign_in()
    await cook.sign_in("Kitchen", KITCHEN)
    for window, own, others in (
        (customer, "Your orders", ["/kitchen", "/deliveries"]),
        (cook, "Tickets", ["/deliveries"]),
    ):
        await expect(window.page.locator("#nav").get_by_role("link", name=own)).to_be_visible()
        for path in others:
            assert await window.page.locator(f"#nav a[href='#{path}']").is_hidden()
            await window.open(path)
            await expect(window.page.get_by_role("heading", level=1)).to_have_text("This page is not for you")
    assert [url for url in asked if "/api/kitchen" in url or "/api/deliveries" in url] == []
    await cook.pick()
    await expect(cook.page.get_by_role("link", name="Basket, 1 item")).to_be_visible()
    await cook.page.get_by_role("button", name="Sign out").click()
    await expect(cook.page.get_by_role("link", name="Sign in")).to_be_visible()
    await cook.open("/kitchen")
    await expect(cook.page.get_by_role("heading", name="Welcome")).to_be_visible(timeout=PATIENCE)
