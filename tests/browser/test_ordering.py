"""From signing in to an order, and what the customer is told when it does not work."""

import json
import uuid

from playwright.async_api import Request, Route, expect

from local.client import Session
from tests.browser.visitor import HAPPY_WAY, PATIENCE, TRATTORIA, WANTED, Visitor

# How often the page sends what may be sent again before it gives up.
ATTEMPTS = 4


async def _orders(customer: Session) -> set[str]:
    page = await customer.get("/orders?limit=100")
    return {order["orderId"] for order in page.body["items"]}


async def test_an_order_is_watched_from_the_click_to_its_confirmation(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert await visitor.timeline() == list(enumerate(HAPPY_WAY, start=1))
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your order is confirmed")
    await expect(visitor.page.locator("#announcer")).to_contain_text("Paid and confirmed")
    times = await visitor.page.locator("li[data-sequence] time").all_inner_texts()
    assert len(times) == len(HAPPY_WAY)
    assert times == sorted(times, key=lambda text: float(text.removeprefix("+").removesuffix(" s")))


async def test_the_house_names_the_price_that_the_receipt_shows(visitor: Visitor, alice: Session) -> None:
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    order = await alice.get(f"/orders/{await visitor.order_id()}")
    cents = order.body["total"]["amount"]
    await expect(visitor.page.locator(".totals .total .price")).to_have_text(f"€{cents / 100:.2f}")


async def test_a_declined_card_is_told_in_plain_words_and_the_dishes_are_in_the_basket_again(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order(card="Declined card")
    await visitor.reaches("REJECTED")
    await expect(visitor.page.locator(".reason")).to_have_text("Your card was declined.")
    await expect(visitor.page.locator("#announcer")).to_contain_text("Your card was declined.")
    assert [status for _, status in await visitor.timeline()] == ["RECEIVED", "PRICED", "RESERVED", "REJECTED"]
    assert await visitor.page.locator(".timeline li").count() == 4
    await visitor.page.get_by_role("link", name="Look at the basket").click()
    await expect(visitor.page.locator(".summary .line-name")).to_have_text("Pizza Margherita")


async def test_a_bank_that_asks_first_is_answered_on_the_page_and_the_order_goes_on(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order(card="Careful card")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("One more step at your bank")
    await expect(visitor.page.locator("#announcer")).to_contain_text("Your bank wants to hear from you")
    await expect(visitor.page.locator(".bank .left")).to_contain_text("left; then we call the order off")
    await visitor.page.reload()
    await visitor.page.get_by_role("button", name="Confirm the payment").click()
    await visitor.reaches("CONFIRMED")
    await expect(visitor.page.locator(".bank")).to_be_empty()
    assert [status for _, status in await visitor.timeline()] == HAPPY_WAY


async def test_whoever_comes_back_from_their_bank_need_not_say_so(visitor: Visitor, alice: Session) -> None:
    """An order as it is where the bank has an address of its own, which the sandbox's has not."""
    placed = (await alice.get(f"/orders/{(await alice.post('/orders', WANTED)).body['orderId']}")).body
    order_id = str(uuid.uuid4())
    await visitor.sign_in()
    asked: list[Request] = []
    visitor.page.on("request", lambda request: asked.append(request) if _confirms(request) else None)
    action = {"expiresAt": "2099-01-01T00:00:00.000Z", "url": "https://bank.example/3ds"}
    pending = {"sequence": 1, "type": "OrderPaymentPending", "status": "RESERVED", "data": {"paymentAction": action}}
    events = {"items": [pending | {"occurredAt": "2026-11-21T12:00:00.000Z"}], "cursor": None}
    order = placed | {"orderId": order_id, "status": "RESERVED", "version": 1, "paymentAction": action}
    await visitor.answer(f"**/orders/{order_id}", 200, json.dumps(order))
    await visitor.answer(f"**/orders/{order_id}/events?*", 200, json.dumps(events))
    await visitor.answer("**/payment-confirmation", 200, json.dumps({"orderId": order_id, "status": "ACTION_REQUIRED"}))
    await visitor.page.goto(f"{visitor.front_door}/?payment_intent=pi_1#/orders/{order_id}")
    await expect(visitor.page.get_by_role("link", name="Go to your bank")).to_have_attribute("href", action["url"])
    await expect(visitor.page.locator(".bank")).to_contain_text("Your bank has not heard from you yet.")
    assert len(asked) == 1
    await visitor.page.get_by_role("button", name="I have confirmed it").click()
    await expect(visitor.page.get_by_role("button", name="I have confirmed it")).to_be_enabled()
    assert len(asked) == 2


def _confirms(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/payment-confirmation")


async def test_an_order_is_cancelled_and_the_page_says_what_becomes_of_the_money(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    await visitor.page.get_by_role("button", name="Cancel this order").click()
    await visitor.page.get_by_role("button", name="Cancel it").click()
    await visitor.reaches("CANCELLED")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your order is cancelled")
    reason = "You cancelled this order. Your money is on its way back to you."
    await expect(visitor.page.locator(".reason")).to_have_text(reason)
    assert [status for _, status in await visitor.timeline()] == [*HAPPY_WAY, "CANCELLED"]
    await expect(visitor.page.get_by_role("button", name="Cancel this order")).to_have_count(0)


async def test_a_double_click_sends_and_makes_one_order(visitor: Visitor, alice: Session) -> None:
    before = await _orders(alice)
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request) if _is_order(request) else None)
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    button = visitor.page.get_by_role("button", name="Place order")
    await expect(button).to_be_enabled()
    await button.evaluate("button => { button.click(); button.click() }")
    await visitor.reaches("CONFIRMED")
    assert len(sent) == 1
    assert await _orders(alice) - before == {await visitor.order_id()}


async def test_a_click_after_a_lost_answer_finds_the_order_that_was_made(visitor: Visitor, alice: Session) -> None:
    before = await _orders(alice)
    visitor.provokes("net::ERR_FAILED")
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()

    async def swallow(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await visitor.page.route("**/api/basket/checkout", swallow, times=ATTEMPTS)
    await visitor.place()
    await expect(visitor.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await visitor.place()
    await visitor.reaches("CONFIRMED")
    assert await _orders(alice) - before == {await visitor.order_id()}


async def test_what_only_reads_is_asked_again_when_the_network_drops_it(visitor: Visitor) -> None:
    visitor.provokes("net::ERR_FAILED")
    await visitor.page.route("**/api/restaurants?*", lambda route: route.abort(), times=2)
    await visitor.open()
    await expect(visitor.page.locator(".kitchen").first).to_be_visible()


async def test_the_same_dishes_ordered_later_are_another_order(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order()
    first = await visitor.order_id()
    await visitor.reaches("CONFIRMED")
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert await visitor.order_id() != first


async def test_a_busy_platform_is_asked_again_for_the_same(visitor: Visitor) -> None:
    visitor.provokes("status of 429")
    asked: list[str | None] = []
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()

    async def busy(route: Route) -> None:
        asked.append(route.request.post_data)
        if len(asked) > 1:
            await route.continue_()
        else:
            await route.fulfill(status=429, headers={"Retry-After": "1"}, body="{}")

    await visitor.page.route("**/api/basket/checkout", busy)
    await visitor.place()
    await visitor.reaches("CONFIRMED")
    assert len(asked) == 2
    assert asked[0] == asked[1]


async def test_a_fault_stands_at_the_field_that_the_answer_points_to(visitor: Visitor) -> None:
    visitor.provokes("status of 400")
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    fault = {"pointer": "/deliveryAddress/postalCode", "detail": "This is no postal code of Germany."}
    problem = {"type": "https://yafdp.dev/problems/invalid-request", "title": "Invalid request", "errors": [fault]}
    await visitor.answer("**/api/basket/checkout", 400, json.dumps(problem))
    await visitor.place()
    field = visitor.page.get_by_label("Postal code")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(fault["detail"])
    await expect(field).to_be_focused()


async def test_a_missing_address_is_asked_for_without_asking_the_platform(visitor: Visitor) -> None:
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request) if _is_order(request) else None)
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    await visitor.page.get_by_label("City").fill("   ")
    await visitor.place()
    await expect(visitor.page.get_by_label("City")).to_have_attribute("aria-invalid", "true")
    await expect(visitor.page.get_by_label("City")).to_be_focused()
    assert sent == []


async def test_a_basket_holds_one_restaurants_dishes_and_asks_before_it_is_emptied(visitor: Visitor) -> None:
    await visitor.pick()
    await visitor.open("/restaurants/sushi-yamato")
    add = visitor.page.get_by_role("button", name="Add Tonkotsu ramen")
    await add.click()
    await visitor.page.get_by_role("button", name="Keep my basket").click()
    await expect(visitor.page.get_by_role("link", name="Basket, 1 item")).to_be_visible()
    await expect(add).to_be_visible()
    await add.click()
    await visitor.page.get_by_role("button", name="Start anew").click()
    await visitor.open(TRATTORIA)
    await expect(visitor.page.get_by_role("button", name="Add Pizza Margherita")).to_be_visible(timeout=PATIENCE)


def _is_order(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/basket/checkout")
