"""Refusals as Stripe words them."""

import json

from aiohttp import web


def refusal(
    status: int, code: str, message: str, *, kind: str = "invalid_request_error", headers: dict[str, str] | None = None
) -> web.Response:
    """https://docs.stripe.com/api/errors"""
    content = {"error": {"type": kind, "code": code, "message": message}}
    return web.Response(status=status, text=json.dumps(content), content_type="application/json", headers=headers)
