"""The page on which a customer says what to be told."""

import pytest
from playwright.async_api import expect

from local.client import Session
from tests.browser.conftest import PHONE, Open
from tests.browser.visitor import Visitor


@pytest.fixture(autouse=True)
async def _alice_hears_by_mail(alice: Session) -> None:
    """Alice's preferences are what most people's are."""
    read = await alice.get("/me/notifications")
    form = {"email": ["OrderConfirmed", "OrderRejected"], "sms": []}
    headers = {"If-Match": read.headers["ETag"]}
    assert (await alice.call("PUT", "/me/notifications", json_body=form, headers=headers)).status == 200


async def test_a_customer_says_what_to_be_told_and_when_not(visitor: Visitor, alice: Session) -> None:
    await visitor.sign_in()
    await visitor.page.get_by_role("link", name="alice@example.com").click()
    mail = visitor.page.get_by_role("group", name="By E-mail")
    await expect(mail).to_contain_text("alice@example.com")
    await expect(mail.get_by_label("Confirmed")).to_be_checked()
    await mail.get_by_label("Confirmed").uncheck()
    await visitor.page.get_by_role("group", name="By SMS").get_by_label("On its way").check()
    await visitor.page.get_by_label("Leave me in peace").check()
    await visitor.page.get_by_label("Time zone").fill("Europe/Berlin")
    await visitor.page.get_by_role("button", name="Save").click()
    await expect(visitor.page.locator(".saved")).to_have_text("Saved.")
    kept = (await alice.get("/me/notifications")).body
    assert (kept["email"], kept["sms"]) == (["OrderRejected"], ["OrderPickedUp"])
    assert kept["quietHours"] == {"starts": "22:00", "ends": "07:00", "timeZone": "Europe/Berlin"}


async def test_a_time_zone_that_is_none_is_told_at_its_field(visitor: Visitor) -> None:
    visitor.provokes("status of 400")
    await visitor.sign_in()
    await visitor.open("/notifications")
    await visitor.page.get_by_label("Leave me in peace").check()
    await visitor.page.get_by_label("Time zone").fill("Europe/Atlantis")
    await visitor.page.get_by_role("button", name="Save").click()
    await expect(visitor.page.locator("#field-timeZone-note")).to_contain_text("no time zone")
    await expect(visitor.page.get_by_label("Time zone")).to_be_focused()


async def test_what_was_changed_in_another_window_is_not_overwritten(visitor: Visitor, alice: Session) -> None:
    visitor.provokes("status of 412")
    await visitor.sign_in()
    await visitor.open("/notifications")
    await _alice_says_no(alice)
    await visitor.page.get_by_role("button", name="Save").click()
    await expect(visitor.page.get_by_role("alert").filter(has_text="changed elsewhere")).to_be_visible()
    assert (await alice.get("/me/notifications")).body["email"] == []


async def test_it_fits_a_phone(visit: Open) -> None:
    visitor = await visit(PHONE)
    await visitor.sign_in()
    await visitor.open("/notifications")
    assert await visitor.width() <= PHONE


async def _alice_says_no(alice: Session) -> None:
    read = await alice.get("/me/notifications")
    headers = {"If-Match": read.headers["ETag"]}
    await alice.call("PUT", "/me/notifications", json_body={"email": [], "sms": []}, headers=headers)
