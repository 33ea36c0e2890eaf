"""Events as a payment gateway sends them: shaped and signed as Stripe does it."""

import json
import time
import uuid
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from local.client import Answer, Platform
from local.stack import Stack
from yafdp.payments.signature import digest

PATH = "/webhooks/payments"
REFUNDED = "charge.refunded"


def secrets(deployed: Stack) -> dict[str, str]:
    """The active ones, by name."""
    manager = deployed.client("secretsmanager")
    held = manager.get_secret_value(SecretId=deployed.outputs["PaymentWebhookSecretsArn"])["SecretString"]
    return dict(json.loads(held))


def rotate(deployed: Stack, active: dict[str, str]) -> None:
    """As an operator does it: nothing is deployed."""
    manager = deployed.client("secretsmanager")
    manager.put_secret_value(SecretId=deployed.outputs["PaymentWebhookSecretsArn"], SecretString=json.dumps(active))


def event(order_id: str, kind: str = REFUNDED, name: str | None = None) -> str:
    """The body of an event about the order's charge."""
    about = {"id": "ch_test", "object": "charge", "metadata": {"orderId": order_id}}
    content = {"id": name or f"evt_{uuid.uuid4().hex}", "object": "event", "type": kind, "data": {"object": about}}
    return json.dumps(content)


async def send(platform: Platform, body: str, secret: str, *, age: int = 0) -> Answer:
    """Send an event that was signed `age` seconds ago."""
    return await platform.call("POST", PATH, text=body, headers=signed(body, secret, age=age))


def signed(body: str, secret: str, *, age: int = 0) -> dict[str, str]:
    """The headers of an event that was signed `age` seconds ago."""
    stamp = str(int(time.time()) - age)
    signature = f"t={stamp},v1={digest(secret, stamp, body.encode())}"
    return {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}


def put_charge(deployed: Stack, order_id: str, standing: str) -> None:
    """As if the sandbox's owner had done something there: the charge stands elsewhere now."""
    serialize = TypeSerializer().serialize
    deployed.client("dynamodb").update_item(
        TableName=deployed.outputs["PaymentsTable"],
        Key={"pk": serialize(f"SANDBOX#{order_id}"), "sk": serialize("CHARGE")},
        UpdateExpression="SET charge = :standing",
        ExpressionAttributeValues={":standing": serialize(standing)},
    )


def history(deployed: Stack, order_id: str) -> list[dict[str, Any]]:
    """The types of the payment's events, oldest first, with their correlation."""
    found = deployed.client("dynamodb").query(
        TableName=deployed.outputs["PaymentsTable"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :events)",
        ExpressionAttributeValues={":pk": {"S": f"PAYMENT#{order_id}"}, ":events": {"S": "EVENT#"}},
        ConsistentRead=True,
    )
    return [item["envelope"]["M"] for item in found["Items"]]
