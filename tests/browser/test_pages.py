"""What holds on every page: who may see it, how it reads, where it fits."""

import json

import pytest
from playwright.async_api import expect

from local.client import Session
from tests.browser.conftest import PHONE, Open
from tests.browser.visitor import DISH, PATIENCE, TRATTORIA, WANTED, Visitor

HTML = """<img src="x" onerror="document.title = 'taken'"><b>bold</b>"""
# Sets the kept token's end to long ago.
END_OF_TOKEN = """() => {
    const kept = JSON.parse(sessionStorage.getItem('yafdp.session'))
    const [head, body, signature] = kept.id.split('.')
    const claims = JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/')))
    const id = [head, btoa(JSON.stringify({...claims, exp: 1})), signature].join('.')
    sessionStorage.setItem('yafdp.session', JSON.stringify({...kept, id}))
}"""
# Text and what it stands on.
PAIRS = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunk"), ("ink-soft", "paper"), ("ink-soft", "surface"),
    ("ink-soft", "sunk"), ("link", "paper"), ("link", "surface"), ("on-brand", "brand"), ("on-brand", "brand-hover"),
    ("good", "surface"), ("good", "good-soft"), ("bad", "surface"), ("bad", "bad-soft"), ("warn", "surface"),
]  # fmt: skip
# WCAG 2.2, success criterion 1.4.3 (AA).
READABLE = 4.5


async def test_html_in_a_note_is_shown_as_text(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order(note=HTML)
    await expect(visitor.page.locator(".note")).to_have_text(HTML)
    assert await visitor.page.locator(".note *").count() == 0
    assert "taken" not in await visitor.page.title()


async def test_html_in_a_restaurants_words_is_shown_as_text(visitor: Visitor) -> None:
    restaurant = {"restaurantId": "evil", "name": HTML, "cuisine": HTML, "automaticAcceptance": True}
    item = {"itemId": "evil", "name": HTML, "price": {"amount": 100, "currency": "EUR"}, "stock": 3}
    await visitor.answer("**/api/restaurants?*", 200, json.dumps({"items": [restaurant], "cursor": None}))
    await visitor.answer("**/api/restaurants/evil/items?*", 200, json.dumps({"items": [item], "cursor": None}))
    await visitor.open()
    await expect(visitor.page.locator(".kitchen h3")).to_have_text(HTML)
    await visitor.page.locator(".kitchen a").click()
    await expect(visitor.page.locator(".dish h3")).to_have_text(HTML)
    assert await visitor.page.locator("main img, main b").count() == 0


async def test_the_page_may_not_parse_html_at_all(visitor: Visitor) -> None:
    visitor.provokes("TrustedHTML")
    await visitor.open()
    refused = "() => { try { document.querySelector('main').innerHTML = '<b>x</b>' } catch (e) { return e.name } }"
    assert await visitor.page.evaluate(refused) == "TypeError"


async def test_nothing_is_wider_than_a_phone(visit: Open, alice: Session) -> None:
    visitor = await visit(PHONE)
    await visitor.sign_in()
    for path in ("/", "/sign-in", TRATTORIA):
        await visitor.open(path)
        assert await visitor.width() <= PHONE, path
    await visitor.pick()
    await visitor.fill_checkout()
    assert await visitor.width() <= PHONE
    await visitor.place()
    await visitor.reaches("CONFIRMED")
    assert await visitor.width() <= PHONE
    await visitor.open("/orders")
    assert await visitor.width() <= PHONE


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(visit: Open, scheme: str) -> None:
    visitor = await visit(scheme=scheme)
    await visitor.open()
    colour = "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()"
    for text, ground in PAIRS:
        ratio = _contrast(await visitor.page.evaluate(colour, text), await visitor.page.evaluate(colour, ground))
        assert ratio >= READABLE, f"{text} on {ground}: {ratio:.2f}"


async def test_the_keyboard_alone_fills_the_basket_and_its_focus_is_seen(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.page.keyboard.press("Tab")
    await expect(visitor.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    kitchen = visitor.page.get_by_role("link", name="Trattoria Automatica")
    await kitchen.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    await visitor.page.get_by_role("button", name=f"Add {DISH}").focus()
    await visitor.page.keyboard.press("Enter")
    more = visitor.page.get_by_role("button", name=f"One {DISH} more")
    await expect(more).to_be_focused()
    assert await more.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("#announcer")).to_contain_text(f"{DISH} in the basket")
    await expect(visitor.page.get_by_role("link", name="Basket, 2 items")).to_be_visible()


async def test_a_wrong_password_is_told_and_nobody_is_signed_in(visitor: Visitor) -> None:
    visitor.provokes("status of 400")
    await visitor.open("/sign-in")
    await visitor.page.get_by_label("E-mail").fill("alice@example.com")
    await visitor.page.get_by_label("Password").fill("not-the-password")
    await visitor.page.locator("form").get_by_role("button", name="Sign in").click()
    await expect(visitor.page.get_by_role("alert")).to_contain_text("Incorrect username or password")
    await expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible()


async def test_signing_out_leaves_nothing_for_the_next_person(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.order()
    await visitor.order_id()
    await visitor.pick()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await expect(visitor.page.get_by_role("link", name="Basket, 0 items")).to_be_visible()
    kept = "() => JSON.stringify({...localStorage, ...sessionStorage})"
    assert await visitor.page.evaluate(kept) == "{}"
    await visitor.open("/orders")
    await expect(visitor.page.get_by_role("heading", name="Welcome")).to_be_visible(timeout=PATIENCE)


async def test_a_session_survives_a_reload_and_the_end_of_its_token(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.page.evaluate(END_OF_TOKEN)
    await visitor.page.reload()
    await visitor.open("/orders")
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your orders", timeout=PATIENCE)


async def test_a_session_that_cannot_go_on_asks_to_sign_in_and_keeps_the_basket(visitor: Visitor) -> None:
    visitor.provokes("status of 400")
    await visitor.sign_in()
    await visitor.pick()
    await visitor.fill_checkout()
    await visitor.page.evaluate(END_OF_TOKEN)
    await visitor.answer("http://127.0.0.1:*/", 400, json.dumps({"message": "Refresh Token has been revoked"}))
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("link", name="Sign in")).to_be_visible()
    await expect(visitor.page.get_by_role("link", name="Basket, 1 item")).to_be_visible()
    await visitor.open("/orders")
    await expect(visitor.page.get_by_role("heading", name="Welcome")).to_be_visible()


async def test_older_orders_come_by_the_page_and_none_comes_twice(visitor: Visitor, bob: Session) -> None:
    wanted = WANTED | {"paymentMethod": "pm_card_declined"}
    for _ in range(12):
        assert (await bob.post("/orders", wanted)).status == 202
    await visitor.sign_in("Bob")
    await visitor.open("/orders")
    rows = visitor.page.locator(".order-row")
    await expect(rows).to_have_count(10)
    await visitor.page.get_by_role("button", name="Show more").click()
    await expect(rows.nth(11)).to_be_visible(timeout=PATIENCE)
    shown = await rows.evaluate_all("rows => rows.map(row => row.dataset.order)")
    assert len(set(shown)) == len(shown)


async def test_both_names_of_this_machine_serve_the_pages(visitor: Visitor) -> None:
    visitor.front_door = visitor.front_door.replace("localhost", "127.0.0.1")
    await visitor.sign_in()
    await visitor.order()
    await visitor.reaches("CONFIRMED")


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio of two `#rrggbb` colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
