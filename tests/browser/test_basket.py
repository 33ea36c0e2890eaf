"""The basket: kept in the browser until somebody signs in, the platform's from then on."""

import asyncio
import json
from typing import Any

from playwright.async_api import Request, Route, expect

from local.client import Session
from tests.browser.conftest import Open
from tests.browser.visitor import DISH, PATIENCE, TRATTORIA, Visitor

MARGHERITA = {"restaurantId": "trattoria-automatica", "quantity": 1}
RAMEN = {"restaurantId": "sushi-yamato", "quantity": 2}
ITEMS = "**/api/basket/items/*"


async def _holds(customer: Session, wanted: dict[str, int]) -> None:
    """Waits until the platform's basket is this: quantities by item."""
    async with asyncio.timeout(PATIENCE / 1000):
        while await _basket(customer) != wanted:
            await asyncio.sleep(0.1)


async def _basket(customer: Session) -> dict[str, int]:
    basket = await customer.get("/basket")
    return {line["itemId"]: line["quantity"] for line in basket.body["items"]}


async def _put(customer: Session, item: str, line: dict[str, Any]) -> None:
    assert (await customer.call("PUT", f"/basket/items/{item}", json_body=line)).status == 200


async def _counts(visitor: Visitor, count: int) -> None:
    name = f"Basket, {count} {'item' if count == 1 else 'items'}"
    await expect(visitor.page.get_by_role("link", name=name)).to_be_visible(timeout=PATIENCE)


async def test_a_basket_survives_signing_out_and_is_there_on_another_device(
    visitor: Visitor, visit: Open, alice: Session
) -> None:
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    await visitor.sign_in()
    await visitor.page.route(ITEMS, lambda route: held.set_result(route), times=1)
    await visitor.pick()
    await visitor.page.get_by_role("button", name=f"One {DISH} more").click()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await (await held).continue_()
    await _counts(visitor, 0)
    assert await _basket(alice) == {"margherita": 2}
    other = await visit()
    await other.sign_in()
    await _counts(other, 2)
    await other.open("/basket")
    await expect(other.page.locator(".summary .line-name")).to_have_text(DISH)


async def test_what_was_picked_before_signing_in_joins_the_platforms_basket(visitor: Visitor, alice: Session) -> None:
    await _put(alice, "lasagne", MARGHERITA)
    await visitor.pick()
    await visitor.sign_in()
    await _counts(visitor, 2)
    await _holds(alice, {"lasagne": 1, "margherita": 1})


async def test_on_signing_in_the_customer_chooses_between_two_kitchens_dishes(visitor: Visitor, alice: Session) -> None:
    visitor.provokes("status of 409")
    await _put(alice, "ramen", RAMEN)
    await visitor.pick()
    await visitor.sign_in()
    await visitor.page.get_by_role("button", name="Keep Sushi Yamato").click()
    await _counts(visitor, 2)
    assert await _basket(alice) == {"ramen": 2}
    await visitor.page.get_by_role("button", name="Sign out").click()
    await _counts(visitor, 0)
    await visitor.pick()
    await visitor.sign_in()
    await visitor.page.get_by_role("button", name="take Trattoria Automatica").click()
    await _counts(visitor, 1)
    await _holds(alice, {"margherita": 1})


async def test_a_dish_of_another_kitchen_than_that_of_another_devices_basket_is_asked_about(
    visitor: Visitor, alice: Session
) -> None:
    visitor.provokes("status of 409")
    await visitor.sign_in()
    await visitor.open(TRATTORIA)
    await _put(alice, "ramen", RAMEN)
    await visitor.page.get_by_role("button", name=f"Add {DISH}").click()
    await visitor.page.get_by_role("button", name="take Trattoria Automatica").click()
    await _holds(alice, {"margherita": 1})
    await _counts(visitor, 1)


async def test_a_change_is_shown_before_the_platform_answers(visitor: Visitor, alice: Session) -> None:
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    await visitor.sign_in()
    await visitor.page.route(ITEMS, lambda route: held.set_result(route), times=1)
    await visitor.pick()
    await _counts(visitor, 1)
    route = await held
    assert await _basket(alice) == {}
    await route.continue_()
    await _holds(alice, {"margherita": 1})


async def test_changes_are_sent_in_order_and_of_those_that_wait_only_the_last(visitor: Visitor, alice: Session) -> None:
    sent: list[Any] = []
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    visitor.page.on("request", lambda request: sent.append(_quantity(request)) if _is_change(request) else None)
    await visitor.sign_in()
    await visitor.page.route(ITEMS, lambda route: held.set_result(route), times=1)
    await visitor.pick()
    more = visitor.page.get_by_role("button", name=f"One {DISH} more")
    for _ in range(4):
        await more.click()
    await visitor.page.get_by_role("button", name="Add Lasagne al forno").click()
    await _counts(visitor, 6)
    await (await held).continue_()
    await _holds(alice, {"margherita": 5, "lasagne": 1})
    assert sent == [1, 5, 1]


async def test_a_change_that_fails_is_taken_back_with_a_plain_sentence(visitor: Visitor, alice: Session) -> None:
    visitor.provokes("status of 500")
    await visitor.sign_in()
    await visitor.pick()
    await _holds(alice, {"margherita": 1})
    await visitor.answer(ITEMS, 500, json.dumps({"title": "Internal error"}))
    await visitor.page.get_by_role("button", name=f"One {DISH} more").click()
    told = visitor.page.get_by_role("alert")
    await expect(told).to_contain_text(f"{DISH} could not be changed in your basket. Something went wrong on our side.")
    await _counts(visitor, 1)


async def test_the_checkout_shows_the_houses_quote_and_sends_the_total_that_it_shows(
    visitor: Visitor, alice: Session
) -> None:
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    await expect(visitor.page.get_by_role("button", name="Place order")).to_be_enabled(timeout=PATIENCE)
    quote = (await alice.get("/basket")).body["quote"]
    shown = await visitor.page.locator(".bill").inner_text()
    for part in ("subtotal", "deliveryFee", "tax", "total"):
        assert f"€{quote[part]['amount'] / 100:.2f}" in shown, part
    async with visitor.page.expect_request("**/api/basket/checkout") as placing:
        await visitor.place()
    assert _body(await placing.value)["expectedTotal"] == quote["total"]
    await visitor.reaches("CONFIRMED")


async def test_another_total_than_the_one_on_the_screen_is_shown_before_it_is_ordered(
    visitor: Visitor, alice: Session
) -> None:
    visitor.provokes("status of 409")
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    total = visitor.page.locator(".bill .total .price")
    await expect(total).to_have_text("€12.49", timeout=PATIENCE)
    await _put(alice, "margherita", MARGHERITA | {"quantity": 2})
    await visitor.place()
    await expect(visitor.page.locator(".form-error")).to_contain_text("look at the new total")
    await expect(total).to_have_text("€21.99")
    await visitor.place()
    await visitor.reaches("CONFIRMED")
    order = await alice.get(f"/orders/{await visitor.order_id()}")
    assert order.body["total"]["amount"] == 2199


async def test_a_basket_that_was_emptied_elsewhere_is_shown_empty_instead_of_ordered(
    visitor: Visitor, alice: Session
) -> None:
    visitor.provokes("status of 409")
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    await expect(visitor.page.get_by_role("button", name="Place order")).to_be_enabled(timeout=PATIENCE)
    await alice.call("DELETE", "/basket")
    await visitor.place()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your basket is empty")


async def test_a_dish_that_is_not_on_the_menu_any_more_is_named_and_holds_the_order(
    visitor: Visitor, alice: Session
) -> None:
    visitor.provokes("status of 404")
    await _put(alice, "margherita", MARGHERITA)
    await _put(alice, "soup-of-yesterday", MARGHERITA)
    await visitor.sign_in()
    await visitor.open("/basket")
    await expect(visitor.page.locator(".bill")).to_contain_text("No longer on the menu: soup-of-yesterday.")
    place = visitor.page.get_by_role("button", name="Place order")
    await expect(place).to_be_disabled()
    await visitor.page.get_by_role("button", name="One soup-of-yesterday less").click()
    await expect(place).to_be_enabled(timeout=PATIENCE)


async def test_an_order_that_nobody_knows_yet_is_waited_for(visitor: Visitor) -> None:
    early: list[str] = []

    async def not_yet(route: Route) -> None:
        early.append(route.request.url)
        await route.fulfill(status=404, body="{}")

    await visitor.page.route_web_socket("**/ws?*", lambda socket: None)
    await visitor.page.route("**/api/orders/*", not_yet, times=3)
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")
    assert len(early) == 3


async def test_an_order_that_stays_unknown_for_long_is_said_to_be_none(visitor: Visitor) -> None:
    await visitor.page.clock.install()
    await visitor.page.route_web_socket("**/ws?*", lambda socket: None)
    await visitor.answer("**/api/orders/*", 404, "{}")
    await visitor.sign_in()
    await visitor.order()
    await visitor.order_id()
    await visitor.page.clock.run_for(10_000)
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your order")
    await visitor.page.clock.run_for(200_000)
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("You have no such order")


async def test_a_rejected_order_is_in_the_basket_again_by_itself(visitor: Visitor, alice: Session) -> None:
    await visitor.sign_in()
    await visitor.order(card="Declined card")
    await visitor.reaches("REJECTED")
    again = visitor.page.locator(".again")
    await expect(again).to_contain_text("It is in your basket again.", timeout=PATIENCE)
    await expect(again.get_by_role("button")).to_have_count(0)
    await _counts(visitor, 1)
    assert await _basket(alice) == {"margherita": 1}


async def test_a_rejected_order_beside_a_new_basket_is_put_back_by_a_click(visitor: Visitor, alice: Session) -> None:
    await visitor.sign_in()
    await visitor.order(card="Declined card")
    await visitor.order_id()
    await visitor.reaches("REJECTED")
    await _holds(alice, {"margherita": 1})
    await alice.call("DELETE", "/basket")
    await _put(alice, "ramen", RAMEN)
    await visitor.page.reload()
    await visitor.page.get_by_role("button", name="Put it back").click()
    await expect(visitor.page.locator(".summary .line-name").first).to_have_text(DISH)
    await _holds(alice, {"margherita": 1})


def _is_change(request: Request) -> bool:
    return request.method in {"PUT", "DELETE"} and "/api/basket/" in request.url


def _quantity(request: Request) -> int:
    return int(_body(request)["quantity"]) if request.method == "PUT" else 0


def _body(request: Request) -> Any:
    return json.loads(request.post_data or "null")
