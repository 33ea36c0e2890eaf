"""Every event that the run has put on the bus fits its schema."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from local.client import Session
from local.stack import Stack
from tests.contract import schemas
from tests.e2e.orders import ended, placed, wanted

TABLES = ("CatalogTable", "CouponsTable", "OrdersTable", "PaymentsTable", "KitchenTable", "DeliveryTable")


class _Plain(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int:
        return int(value)


@pytest.fixture
async def happened(alice: Session) -> None:
    """At least one order of each kind of ending, beside whatever the tests before have left."""
    paris = {"street": "Rue 1", "city": "Paris", "postalCode": "75001", "country": "FR"}
    changes: list[dict[str, Any]] = [
        {},
        {"paymentMethod": "pm_card_declined"},
        {"paymentMethod": "pm_capture_fails"},
        {"deliveryAddress": paris},
        {"items": [{"itemId": "tiramisu", "quantity": 99}]},
    ]
    for change in changes:
        await ended(alice, await placed(alice, wanted() | change))


async def test_every_event_in_the_outboxes_fits_its_schema(happened: None, deployed: Stack) -> None:
    seen = set()
    for source, envelope in _events(deployed):
        event = f"{source.removeprefix('yafdp.')}/{envelope['type']}"
        assert schemas.errors(event, envelope) == [], json.dumps(envelope, indent=2)
        seen.add(event)
    # Those that the orders above must have caused.
    assert seen >= {
        "ordering/OrderConfirmed",
        "ordering/OrderRejected",
        "catalog/StockReserved",
        "catalog/StockRefused",
        "catalog/StockReleased",
        "payments/PaymentCaptured",
        "payments/PaymentDeclined",
        "payments/CaptureRefused",
        "payments/PaymentVoided",
        "kitchen/TicketAccepted",
        "kitchen/TicketWithdrawn",
        "delivery/CourierAssigned",
        "delivery/CourierMissing",
        "delivery/CourierReleased",
    }


async def test_every_event_in_the_outboxes_has_an_id_of_its_own(happened: None, deployed: Stack) -> None:
    ids = [envelope["id"] for _, envelope in _events(deployed)]
    assert len(ids) == len(set(ids))


def _events(deployed: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """The source and envelope of every event that the services have recorded."""
    deserialize = _Plain().deserialize
    for table in TABLES:
        pages = (
            deployed.client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=deployed.outputs[table],
                FilterExpression="begins_with(sk, :event)",
                ExpressionAttributeValues={":event": {"S": "EVENT#"}},
            )
        )
        for page in pages:
            for item in page["Items"]:
                yield deserialize(item["source"]), deserialize(item["envelope"])
