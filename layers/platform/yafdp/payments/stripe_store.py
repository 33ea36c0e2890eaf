"""Which Stripe PaymentIntent is an order's, beside the payments in their table.

The row is what makes an unknown outcome harmless: an intent is confirmed only after its id stands here, and none is
confirmed once the row is closed. So whatever Stripe may hold for an order is found by the row, however it got lost.
"""

import os
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.contention import is_refused, patiently
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.payments.messages import PaymentClosed


def intent_of(order_id: str) -> str | None:
    """The id of the order's intent, if it has one. Raises PaymentClosed once the row is closed."""
    found = client("dynamodb").get_item(TableName=_table(), Key=_key(order_id), ConsistentRead=True)
    row = from_item(found.get("Item", {}))
    if row.get("closed"):
        raise PaymentClosed("the payment was given back before it was authorised")
    return row.get("intent")


def known_intent(order_id: str) -> str | None:
    """The same, closed or not."""
    found = client("dynamodb").get_item(TableName=_table(), Key=_key(order_id), ConsistentRead=True)
    intent: str | None = from_item(found.get("Item", {})).get("intent")
    return intent


def name_intent(order_id: str, intent: str) -> str:
    """Let this be the order's intent, unless it has one: returns whichever it has now. Raises PaymentClosed."""
    try:
        _update(
            order_id,
            UpdateExpression="SET intent = if_not_exists(intent, :intent)",
            ConditionExpression="attribute_not_exists(closed)",
            ExpressionAttributeValues=to_item({":intent": intent}),
        )
    except ClientError as error:
        if not is_refused(error):
            raise
    return intent_of(order_id) or intent


def close(order_id: str) -> str | None:
    """From now on no intent is confirmed for the order; returns the one that it has, if any."""
    row = _update(order_id, UpdateExpression="SET closed = :yes", ExpressionAttributeValues=to_item({":yes": True}))
    intent: str | None = row.get("intent")
    return intent


def _update(order_id: str, **change: Any) -> dict[str, Any]:
    answer = patiently(
        lambda: client("dynamodb").update_item(TableName=_table(), Key=_key(order_id), ReturnValues="ALL_NEW", **change)
    )
    return from_item(answer.get("Attributes", {}))


def _key(order_id: str) -> dict[str, Any]:
    return to_item({"pk": f"STRIPE#{order_id}", "sk": "INTENT"})


def _table() -> str:
    return os.environ["PAYMENTS_TABLE"]
