"""POST /webhooks/payments: take a payment gateway's event, if it is signed by it."""

from typing import Any

from yafdp.kernel.http import answer, api, header, raw_body
from yafdp.payments.webhooks import accept


@api.post("/webhooks/payments")
def receive_payment_event() -> Any:
    """202 with the event's id: it is in line, and will be looked into."""
    return answer(202, accept(raw_body(), header("Stripe-Signature")))


handler = api.handler
