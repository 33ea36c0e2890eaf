"""Webhook events that Stripe sends and localstripe 1.15.10 does not: held, canceled, refused by the bank, refunded.

They go where localstripe's own go: POST /_config/webhooks/{id} says where, and with which secret.
"""

import json
import re

from aiohttp import web
from aiohttp.typedefs import Handler
from localstripe import resources, webhooks

_INTENT = re.compile(r"^/v1/payment_intents/(?P<id>pi_\w+)/(?P<verb>confirm|cancel|_authenticate)$")


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell of what a request has changed."""
    answer = await handler(request)
    if answer.status < 400 and request.method == "POST":
        if found := _INTENT.match(request.path):
            tell_of(resources.PaymentIntent._api_retrieve(found["id"]))
        elif request.path == "/v1/refunds":
            assert isinstance(answer, web.Response)  # noqa: S101 (localstripe streams nothing)
            charge = resources.Charge._api_retrieve(json.loads(answer.text or "")["charge"])
            # Stripe copies an intent's metadata to its charge.
            charge.metadata = resources.PaymentIntent._api_retrieve(charge.payment_intent).metadata
            _tell("charge.refunded", charge)
    return answer


def tell_of(intent: resources.PaymentIntent) -> None:
    """Send the event for where the intent stands now."""
    if intent.status == "requires_capture":
        _tell("payment_intent.amount_capturable_updated", intent)
    elif intent.status == "canceled":
        _tell("payment_intent.canceled", intent)
    elif intent.status == "requires_action":
        _tell("payment_intent.requires_action", intent)
    elif intent.status == "requires_payment_method":
        _tell("payment_intent.payment_failed", intent)


def _tell(kind: str, about: resources.StripeObject) -> None:
    webhooks.schedule_webhook(resources.Event(kind, about))
