"""Gateways' events: checked and put in line at the door, looked into by the worker.

An event is a hint. Where the charge stands is asked of the gateway, so events that come late, twice or in the wrong
order change nothing.
"""

from yafdp.kernel.clock import now
from yafdp.kernel.errors import InvalidRequest
from yafdp.kernel.http import decoded
from yafdp.kernel.observability import annotate, count, logger
from yafdp.payments import settling, signature, webhook_store
from yafdp.payments.messages import EventAccepted, GatewayEvent, InvalidSignature, PayloadTooLarge

# Bytes. Stripe's events have a few thousand; a queue takes no longer ones than 256 KB.
LONGEST_BODY = 200_000
# What may mean that a charge stands elsewhere than we think.
LOOKED_INTO = frozenset(
    {
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "charge.refunded",
    }
)


def accept(body: bytes, header: str | None) -> EventAccepted:
    """Check that the gateway has signed this a moment ago, and put it in line.

    Raises PayloadTooLarge, InvalidSignature, InvalidRequest for what is signed and no event, Unavailable.
    """
    if len(body) > LONGEST_BODY:
        raise PayloadTooLarge(f"An event has at most {LONGEST_BODY} bytes.")
    given = signature.parsed(header)
    if given is None or not signature.is_fresh(given, int(now().timestamp())) or not _is_ours(given, body):
        count("WebhooksRefused")
        raise InvalidSignature("Sign the body with an active secret, now: Stripe-Signature: t=<seconds>,v1=<digest>.")
    event = decoded(body, GatewayEvent)
    webhook_store.enqueue(_text(body))
    count("WebhooksAccepted")
    return EventAccepted(event_id=event.id)


def take(event: GatewayEvent) -> None:
    """See what an event means for its order; nothing if that was done before, or it is none of ours."""
    order_id = (event.data.object.metadata or {}).get("orderId")
    if event.type not in LOOKED_INTO or not order_id:
        logger.info("the event is none of ours", extra={"event_id": event.id, "type": event.type})
        return
    annotate("order_id", order_id)
    if webhook_store.was_seen(event.id):
        count("WebhooksRepeated")
        return
    settling.look(order_id, event.id)
    # After the work, not before: a worker that dies in between does it again, which changes nothing.
    webhook_store.remember(event.id)


def _is_ours(given: signature.Signature, body: bytes) -> bool:
    """Whether an active secret fits; when none does, those in use may have been rotated a moment ago."""
    if signature.is_made_with(given, webhook_store.secrets(), body):
        return True
    return webhook_store.rotated() and signature.is_made_with(given, webhook_store.secrets(), body)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest("the body is not UTF-8") from error
