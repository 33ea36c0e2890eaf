"""The delivery table: deliveries, and the couriers of each country."""

import os

from yafdp.delivery.model import Delivery
from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.journal import Journal


def deliveries() -> Journal[Delivery]:
    """The journal of deliveries, one per order."""
    return Journal(os.environ["DELIVERY_TABLE"], source="yafdp.delivery", prefix="DELIVERY#", state=Delivery)


def put_courier(country: str, courier_id: str) -> None:
    """Let the courier work in the country."""
    client("dynamodb").put_item(
        TableName=os.environ["DELIVERY_TABLE"],
        Item=to_item({"pk": f"COUNTRY#{country}", "sk": f"COURIER#{courier_id}", "courierId": courier_id}),
    )


def couriers(country: str) -> list[str]:
    """Who works in the country."""
    found = client("dynamodb").query(
        TableName=os.environ["DELIVERY_TABLE"],
        KeyConditionExpression="pk = :country",
        ExpressionAttributeValues=to_item({":country": f"COUNTRY#{country}"}),
    )
    return [from_item(item)["courierId"] for item in found["Items"]]
