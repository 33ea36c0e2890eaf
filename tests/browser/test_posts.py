"""The pages of the posts: written, shown as text, filled with what they name while one looks, heard of by mail."""

import uuid
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Route, expect

from local.client import Session
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.visitor import PATIENCE, Visitor

TEXT = "250 g of flour and mozzarella, says Anna Schmidt in Naples."


@pytest.fixture
def topic() -> str:
    """A topic of this test alone."""
    return f"t-{uuid.uuid4().hex[:12]}"


def card(visitor: Visitor, title: str) -> Locator:
    """A post on the page."""
    return visitor.page.locator(".post", has_text=title)


async def write(visitor: Visitor, title: str, body: str) -> None:
    """Fill in the form and send it; the topic is the page's."""
    await visitor.page.get_by_label("Title").fill(title)
    await visitor.page.get_by_label("Text", exact=True).fill(body)
    await visitor.page.get_by_role("button", name="Post", exact=True).click()


async def test_a_post_appears_at_once_and_what_it_names_as_soon_as_it_is_found(visitor: Visitor, topic: str) -> None:
    await visitor.sign_in()
    await visitor.open(f"/posts?topic={topic}")
    await expect(visitor.page.get_by_text(f"Nobody has written about {topic} yet.")).to_be_visible()
    await write(visitor, "A Margherita", TEXT)
    mine = card(visitor, "A Margherita")
    await expect(mine).to_contain_text(TEXT)
    await expect(mine).to_contain_text("You in")
    for kind, name in {"allergens": "milk", "persons": "Anna Schmidt", "locations": "Naples"}.items():
        await expect(mine.locator(f"[data-kind={kind}] dd")).to_have_text(name, timeout=PATIENCE)
    await expect(visitor.page.get_by_label("Title")).to_have_value("")
    await expect(visitor.page.get_by_text("Nobody has written")).to_be_hidden()


async def test_what_somebody_else_has_written_fills_by_itself_too(visitor: Visitor, bob: Session, topic: str) -> None:
    await visitor.sign_in()
    post = (await bob.post("/posts", {"title": "Bob's", "body": TEXT, "topic": topic})).body
    # The list is as it was before anything had been found.
    bare = {name: value for name, value in post.items() if name != "entities"}
    await visitor.page.route(
        f"**/api/posts?topic={topic}*", lambda route: route.fulfill(json={"items": [bare], "cursor": None})
    )
    await visitor.open(f"/posts?topic={topic}")
    theirs = card(visitor, "Bob's")
    await expect(theirs).to_contain_text("Somebody in")
    await expect(theirs.locator("[data-kind=quantities] dd")).to_have_text("250 g", timeout=PATIENCE)


@pytest.mark.parametrize(
    "body",
    ["<script>alert('x')</script><b>bold</b> &amp; <img src=x onerror=alert(1)>", "مطعم \u202e رائع", "👩‍🍳 a\n\nb"],
    ids=["markup", "right to left", "lines"],
)
async def test_a_text_is_shown_as_it_was_written(visitor: Visitor, bob: Session, topic: str, body: str) -> None:
    post = (await bob.post("/posts", {"title": "<i>As is</i>", "body": body, "topic": topic})).body
    await visitor.sign_in()
    for path in (f"/posts?topic={topic}", f"/posts/{post['postId']}"):
        await visitor.open(path)
        shown = visitor.page.locator(".post")
        assert await shown.locator(".post-body").evaluate("text => text.textContent") == body
        await expect(shown).to_contain_text("<i>As is</i>")
        assert await shown.locator("script, b, i, img").count() == 0


async def test_a_text_of_too_many_bytes_stays_in_its_field_with_both_numbers(visitor: Visitor, topic: str) -> None:
    await visitor.sign_in()
    await visitor.open(f"/posts?topic={topic}")
    await write(visitor, "Too much", "🍕" * 5_121)
    await expect(visitor.page.locator("#field-body-note")).to_have_text(
        "This text has 20484 bytes, and may have 20480."
    )
    await expect(visitor.page.get_by_label("Text", exact=True)).to_be_focused()
    await expect(visitor.page.locator(".post")).to_have_count(0)


async def test_an_answer_that_is_lost_makes_no_second_post(visitor: Visitor, alice: Session, topic: str) -> None:
    visitor.provokes("ERR_FAILED")
    await visitor.sign_in()
    await visitor.open(f"/posts?topic={topic}")
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append((await route.fetch()).headers["location"])
            await route.abort()
        else:
            await route.continue_()

    await visitor.page.route("**/api/posts", lose_the_first)
    await write(visitor, "Once", TEXT)
    await expect(card(visitor, "Once")).to_have_count(1)
    (kept,) = (await alice.get(f"/posts?topic={topic}")).body["items"]
    assert lost == [f"/posts/{kept['postId']}"]


async def test_a_reader_hears_of_a_topic_by_mail_and_stops(visitor: Visitor, topic: str) -> None:
    await visitor.sign_in()
    await visitor.open(f"/posts?topic={topic}")
    await visitor.page.get_by_role("button", name=f"Mail me about {topic}").click()
    await expect(visitor.page.locator(".mail-me")).to_contain_text("alice@example.com")
    await visitor.page.reload()
    await expect(visitor.page.locator(".mail-me")).to_contain_text("alice@example.com")
    await visitor.page.get_by_role("button", name="Stop").click()
    await expect(visitor.page.get_by_role("button", name=f"Mail me about {topic}")).to_be_focused()


async def test_who_wrote_a_post_may_delete_it_and_nobody_else_is_asked(
    visitor: Visitor, visit: Open, alice: Session, topic: str
) -> None:
    post_id = (await alice.post("/posts", {"title": "Mine", "body": TEXT, "topic": topic})).body["postId"]
    stranger = await visit()
    await stranger.sign_in("Bob")
    await stranger.open(f"/posts/{post_id}")
    await expect(stranger.page.get_by_role("button", name="Delete this post")).to_have_count(0)
    await visitor.sign_in()
    await visitor.open(f"/posts/{post_id}")
    await visitor.page.get_by_role("button", name="Delete this post").click()
    await visitor.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(visitor.page.get_by_text(f"Nobody has written about {topic} yet.")).to_be_visible()
    assert (await alice.get(f"/posts/{post_id}")).status == 404


async def test_a_topic_is_found_however_it_is_written(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.open("/posts")
    await visitor.page.get_by_label("Topic to read about").fill("Crème  Brûlée!")
    await visitor.page.get_by_role("button", name="Show", exact=True).click()
    await expect(visitor.page.get_by_role("heading", name="Posts about creme-brulee")).to_be_visible()


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(visitor: Visitor, topic: str) -> None:
    await visitor.open(f"/posts?topic={topic}")
    assert visitor.page.url.endswith(f"#/sign-in?next={quote(f'/posts?topic={topic}', safe='')}")
    await visitor.page.get_by_role("button", name="Alice", exact=True).click()
    await expect(visitor.page.get_by_role("heading", name=f"Posts about {topic}")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_posts_fit_the_screen(visit: Open, alice: Session, topic: str, width: int, scheme: str) -> None:
    await alice.post("/posts", {"title": "w" * 200, "body": "m" * 600 + f" {TEXT}", "topic": topic})
    visitor = await visit(width, scheme)
    await visitor.sign_in()
    await visitor.open(f"/posts?topic={topic}")
    await expect(visitor.page.locator(".post dd").first).to_be_visible(timeout=PATIENCE)
    assert await visitor.width() == width
    await visitor.page.locator(".post h2 a").click()
    await expect(visitor.page.get_by_role("button", name="Delete this post")).to_be_visible()
    assert await visitor.width() == width
