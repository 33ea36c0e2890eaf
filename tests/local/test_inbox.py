"""The inbox: every message that was sent, safe to look at."""

from typing import Any

import pytest

from tests.local.fake_emulator import FrontDoor

EVIL = "<script>alert(1)</script>\"'"


def mail(number: int, **changes: Any) -> dict[str, Any]:
    """An e-mail as the emulator keeps it."""
    kept = {
        "MessageId": f"mail-{number}@email.example",
        "Source": "orders@example.com",
        "To": ["alice@example.com"],
        "Subject": f"Your order {number}",
        "BodyText": "In words.",
        "BodyHtml": "<p>In markup.</p>",
        "Timestamp": 1_700_000_000.0 + number,
    }
    return kept | changes


@pytest.fixture
def sent(front_door: FrontDoor) -> FrontDoor:
    """Two e-mails and a text message between them."""
    front_door.emulator.mails = [mail(1), mail(3, To=["bob@example.com"])]
    text = {"MessageId": "text-2", "PhoneNumber": "+493023125000", "Message": "On its way.", "Timestamp": 1_700_000_002}
    front_door.emulator.texts = {"+493023125000": [text]}
    return front_door


async def page(front_door: FrontDoor, path: str) -> str:
    """The text of a page that must be there."""
    answer = await front_door.get(path)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return await answer.text()


async def test_what_was_sent_is_listed_the_latest_first(sent: FrontDoor) -> None:
    listed = await page(sent, "/_local/mail")
    places = [listed.index(subject) for subject in ("Your order 3", "On its way.", "Your order 1")]
    assert places == sorted(places)
    for fact in ("alice@example.com", "+493023125000", "SMS", "e-mail"):
        assert fact in listed


async def test_messages_are_found_by_their_recipient(sent: FrontDoor) -> None:
    listed = await page(sent, "/_local/mail?to=BOB")
    assert "Your order 3" in listed
    assert "Your order 1" not in listed
    assert "Nothing has been sent to “nobody”" in await page(sent, "/_local/mail?to=nobody")


async def test_programs_get_the_same(sent: FrontDoor) -> None:
    found = (await (await sent.get("/_local/mail.json")).json())["messages"]
    assert [(one["id"], one["channel"]) for one in found] == [
        ("mail-3", "e-mail"),
        ("text-2", "SMS"),
        ("mail-1", "e-mail"),
    ]


async def test_a_mail_is_shown_in_a_frame_that_can_do_nothing_and_as_text(sent: FrontDoor) -> None:
    shown = await page(sent, "/_local/mail/mail-1")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown
    assert "&lt;p&gt;In markup.&lt;/p&gt;" in shown
    assert "In words." not in shown
    text = await page(sent, "/_local/mail/mail-1?form=text")
    assert "<pre>In words.</pre>" in text
    assert "iframe" not in text.partition("</style>")[2]


async def test_a_text_message_has_one_form(sent: FrontDoor) -> None:
    shown = await page(sent, "/_local/mail/text-2")
    assert "<pre>On its way.</pre>" in shown
    assert 'class="forms"' not in shown


async def test_nothing_in_a_message_becomes_markup(front_door: FrontDoor) -> None:
    front_door.emulator.mails = [mail(1, Subject=EVIL, To=[EVIL], Source=EVIL, BodyText=EVIL, BodyHtml=EVIL)]
    for path in ("/_local/mail", "/_local/mail/mail-1", "/_local/mail/mail-1?form=text", "/_local/mail?to=<script>"):
        assert "<script" not in await page(front_door, path)


async def test_a_message_that_is_not_there_is_a_problem(front_door: FrontDoor) -> None:
    assert (await front_door.get("/_local/mail/none")).status == 404
    assert "Nothing has been sent yet" in await page(front_door, "/_local/mail")
