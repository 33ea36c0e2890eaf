"""What Stripe refuses in a state that does not allow it, and localstripe 1.15.10 does: capturing what was canceled, and
refunding what was refunded.
"""

import re

from aiohttp import web
from aiohttp.typedefs import Handler
from localstripe import resources

from local.stripe.errors import refusal

_CAPTURE = re.compile(r"^/v1/payment_intents/(?P<id>pi_\w+)/capture$")


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse, or let through."""
    if request.method == "POST" and (found := _CAPTURE.match(request.path)):
        status = resources.PaymentIntent._api_retrieve(found["id"]).status
        if status != "requires_capture":
            return refusal(400, "payment_intent_unexpected_state", f"its status is {status}")
    if (request.method, request.path) == ("POST", "/v1/refunds"):
        intent = resources.PaymentIntent._api_retrieve(str((await request.post())["payment_intent"]))
        if intent.latest_charge is not None and intent.latest_charge.refunded:
            return refusal(400, "charge_already_refunded", "it has been refunded")
    return await handler(request)
