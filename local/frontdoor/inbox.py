"""`/_local/mail`: every e-mail and text message that would have left this machine, to be read."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from local.frontdoor import inbox_pages
from local.frontdoor.platform import PLATFORM, Platform
from local.frontdoor.problems import problem

# Nothing in a message runs or loads anything, whatever it holds; a frame without an address inherits this.
_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'"

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Letter:
    """One message. `html` is empty for what has no such form, as a text message; `at` is Unix time."""

    id: str
    channel: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    at: float


@routes.get("/_local/mail")
async def inbox(request: web.Request) -> web.Response:
    """The latest first; `?to=` shows those whose recipient contains it."""
    to = request.query.get("to", "")
    found = [letter for letter in await letters(request.app[PLATFORM]) if to.lower() in letter.to.lower()]
    return _page(inbox_pages.inbox([asdict(letter) for letter in found], to))


@routes.get("/_local/mail.json")
async def as_json(request: web.Request) -> web.Response:
    """The same for programs."""
    return web.json_response({"messages": [asdict(letter) for letter in await letters(request.app[PLATFORM])]})


@routes.get("/_local/mail/{id}")
async def message(request: web.Request) -> web.Response:
    """One message; `?form=text` shows what a reader without HTML gets."""
    identity = request.match_info["id"]
    for letter in await letters(request.app[PLATFORM]):
        if letter.id == identity:
            return _page(inbox_pages.message(asdict(letter), as_text=request.query.get("form") == "text"))
    return problem(404, "Not Found", f"There is no message {identity}; a restart of the platform empties the inbox.")


async def letters(platform: Platform) -> list[Letter]:
    """Everything that was sent, the latest first."""
    mails, texts = await asyncio.gather(
        _ask(platform, "/_ministack/ses/messages"), _ask(platform, "/_ministack/sns/sms-messages")
    )
    found = [_mail(mail) for account in mails.get("messages", {}).values() for mail in account]
    found += [_text(text) for number in texts.get("sms_messages", {}).values() for text in number]
    return sorted(found, key=lambda letter: letter.at, reverse=True)


async def _ask(platform: Platform, path: str) -> dict[str, Any]:
    async with platform.session.get(f"{platform.settings.endpoint}{path}") as answer:
        content: dict[str, Any] = await answer.json(content_type=None)
        return content


def _mail(mail: dict[str, Any]) -> Letter:
    return Letter(
        id=mail["MessageId"].partition("@")[0],
        channel="e-mail",
        sender=mail["Source"],
        to=", ".join(mail["To"]),
        subject=mail["Subject"],
        text=mail.get("BodyText") or "",
        html=mail.get("BodyHtml") or "",
        at=mail["Timestamp"],
    )


def _text(text: dict[str, Any]) -> Letter:
    return Letter(
        id=text["MessageId"],
        channel="SMS",
        sender="",
        to=text["PhoneNumber"],
        subject=text["Message"],
        text=text["Message"],
        html="",
        at=text.get("Timestamp", 0.0),
    )


def _page(text: str) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", headers=headers)
