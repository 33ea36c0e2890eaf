"""What the services have written down about an order, for tests that check that nothing is left half done."""

import asyncio
import time
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local import seed
from local.stack import Stack

# Seconds for whatever happens to an order after it has got its state.
PATIENCE = 30


def item(deployed: Stack, table: str, partition: str, sort: str = "STATE") -> dict[str, Any]:
    """An item of a table (named as in the stack's outputs), empty if there is none."""
    key = {"pk": {"S": partition}, "sk": {"S": sort}}
    found = deployed.client("dynamodb").get_item(TableName=deployed.outputs[table], Key=key, ConsistentRead=True)
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in found.get("Item", {}).items()}


def status(deployed: Stack, table: str, partition: str) -> str | None:
    """The state of an aggregate; None if it was never written."""
    state = item(deployed, table, partition).get("state")
    return state["status"] if state else None


def stock(deployed: Stack, item_id: str, restaurant: str = seed.AUTOMATIC) -> int:
    """Portions left."""
    return int(item(deployed, "CatalogTable", f"RESTAURANT#{restaurant}", f"ITEM#{item_id}")["stock"])


def books(deployed: Stack, order_id: str) -> dict[str, str | None]:
    """Where every participant says the order stands, and what the gateway holds of the customer's money."""
    return {
        "order": status(deployed, "OrdersTable", f"ORDER#{order_id}"),
        "stock": status(deployed, "CatalogTable", f"RESERVATION#{order_id}"),
        "payment": status(deployed, "PaymentsTable", f"PAYMENT#{order_id}"),
        "charge": item(deployed, "PaymentsTable", f"SANDBOX#{order_id}", "CHARGE").get("charge"),
        "kitchen": status(deployed, "KitchenTable", f"TICKET#{order_id}"),
        "delivery": status(deployed, "DeliveryTable", f"DELIVERY#{order_id}"),
    }


async def settled(deployed: Stack, order_id: str, **expected: str | None) -> dict[str, str | None]:
    """The books once they say so, or as they are after a while: some of what happens to an order happens after it has
    got its state.
    """
    found, deadline = books(deployed, order_id), time.monotonic() + PATIENCE
    while not expected.items() <= found.items() and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        found = books(deployed, order_id)
    return found
