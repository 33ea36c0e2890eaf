"""A courier's shift, on their page."""

import re

from playwright.async_api import Route, expect

from local import seed
from local.client import Platform
from local.stack import Stack
from tests.browser.conftest import PHONE, Open
from tests.browser.visitor import PATIENCE, Visitor
from tests.e2e.customers import new_courier


async def at_work(window: Visitor, address: str) -> None:
    """Signs in with an address and a password, and goes to the deliveries."""
    await window.open("/sign-in")
    await window.page.get_by_label("E-mail").fill(address)
    await window.page.get_by_label("Password").fill(seed.PASSWORD)
    await window.page.locator("form").get_by_role("button", name="Sign in").click()
    await expect(window.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE)
    await window.open("/deliveries")


async def test_a_courier_goes_on_duty_and_off_again(visit: Open, platform: Platform, deployed: Stack) -> None:
    courier, address = await new_courier(platform, deployed)
    window = await visit(PHONE)
    window.provokes("status of 503")
    await at_work(window, address)
    shift = window.page.get_by_role("region", name="Your shift")
    await expect(shift).to_contain_text("You are off duty", timeout=PATIENCE)
    await expect(window.page.locator("main")).to_contain_text("Go on duty, and new deliveries appear")
    await shift.get_by_label("Country to work in").select_option("Switzerland")

    async def tired(route: Route) -> None:
        await route.fulfill(status=503, headers={"Retry-After": "0"}, body="{}")

    await window.page.route("**/me/shift", tired)
    await shift.get_by_role("button", name="Go on duty").click()
    await expect(shift.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE)
    await expect(shift).to_contain_text("You are off duty")
    await window.page.unroute("**/me/shift")

    await shift.get_by_role("button", name="Go on duty").click()
    await expect(shift).to_contain_text("You are on duty in Switzerland.", timeout=PATIENCE)
    await expect(shift.get_by_role("alert")).to_have_count(0)
    assert (await courier.get("/me/shift")).body["country"] == "CH"
    await expect(shift.get_by_role("button")).to_be_focused()
    assert await window.width() <= PHONE

    await window.page.reload()
    await expect(shift).to_contain_text("You are on duty in Switzerland.", timeout=PATIENCE)
    await shift.get_by_role("button", name="Go off duty").click()
    await expect(shift).to_contain_text(re.compile("You are off duty"), timeout=PATIENCE)
    assert (await courier.get("/me/shift")).body["onDuty"] is False
    await expect(shift.get_by_label("Country to work in")).to_have_value("CH")
