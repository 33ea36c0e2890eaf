"""3-D Secure by redirect, which localstripe 1.15.10 does only inside its own JavaScript: an address for the customer to
go to, where they play their bank.
"""

import html
from contextlib import suppress
from typing import Any

from aiohttp import web
from localstripe import resources, server
from localstripe.errors import UserError

from local.stripe import events

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Your bank</title>
<main><h1>Your bank</h1><p>Pay {amount} {currency}?</p>
<form method="post"><button name="success" value="true">Confirm</button>
<button name="success" value="false">Refuse</button></form></main></html>"""


def install(app: web.Application, address: str) -> None:
    """Take `return_url` from confirmations, give out addresses below `address`, and serve what is behind them."""
    original = server.get_post_data
    returning: dict[str, str] = {}

    async def without_return_url(request: web.Request, *arguments: Any, **options: Any) -> Any:
        data = await original(request, *arguments, **options)
        if data and request.path.endswith("/confirm") and "return_url" in data:
            returning[request.match_info["id"]] = data.pop("return_url")
        return data

    server.get_post_data = without_return_url

    def next_action(intent: Any) -> dict[str, Any] | None:
        if not intent.__dict__.get("_next_action"):
            return None
        return {"type": "redirect_to_url", "redirect_to_url": {"url": f"{address}/_config/bank/{intent.id}"}}

    def set_next_action(intent: Any, action: dict[str, Any] | None) -> None:
        intent.__dict__["_next_action"] = action

    resources.PaymentIntent.next_action = property(next_action, set_next_action)

    async def show(request: web.Request) -> web.Response:
        intent = resources.PaymentIntent._api_retrieve(request.match_info["id"])
        content = _PAGE.format(amount=int(intent.amount) / 100, currency=html.escape(intent.currency.upper()))
        return web.Response(text=content, content_type="text/html")

    async def decide(request: web.Request) -> web.StreamResponse:
        intent = resources.PaymentIntent._api_retrieve(request.match_info["id"])
        success = (await request.post()).get("success") == "true"
        with suppress(UserError):  # the bank's no; the intent says so
            resources.PaymentIntent._api_authenticate(intent.id, client_secret=intent.client_secret, success=success)
        events.tell_of(intent)
        raise web.HTTPSeeOther(returning.get(intent.id, "/"))

    app.router.add_get("/_config/bank/{id}", show)
    app.router.add_post("/_config/bank/{id}", decide)
