"""The delivery table: deliveries, and the couriers of each country."""

import os
from collections.abc import Callable

from yafdp.delivery.model import OPEN, Delivery
from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.journal import Journal, Transition
from yafdp.kernel.paging import newest_of

BY_COURIER = "by-courier"
OPEN_BY_COURIER = "open-by-courier"

type Decision = Callable[[Delivery | None], Transition[Delivery] | None]


def deliveries() -> Journal[Delivery]:
    """The journal of deliveries, one per order, indexed by courier and time, and once more as long as they are open."""
    return Journal(
        os.environ["DELIVERY_TABLE"],
        source="yafdp.delivery",
        prefix="DELIVERY#",
        state=Delivery,
        indexed=_indexed,
    )


def _indexed(delivery: Delivery) -> dict[str, str]:
    if not delivery.courier_id:
        return {}
    listed = {"courierId": delivery.courier_id, "assignedAt": f"{delivery.assigned_at}#{delivery.order_id}"}
    return listed | ({"openWith": delivery.courier_id} if delivery.status in OPEN else {})


def of_courier(courier_id: str, limit: int, cursor: str | None) -> tuple[list[Delivery], str | None]:
    """A courier's deliveries, newest first, and the cursor of the next page."""
    found, following = newest_of(deliveries(), BY_COURIER, ("courierId", courier_id), limit=limit, cursor=cursor)
    return [recorded.state for recorded in found if recorded.state is not None], following


def open_of_courier(courier_id: str, limit: int, cursor: str | None) -> tuple[list[Delivery], str | None]:
    """A courier's deliveries that are not done, newest first, and the cursor of the next page."""
    found, following = newest_of(deliveries(), OPEN_BY_COURIER, ("openWith", courier_id), limit=limit, cursor=cursor)
    return [recorded.state for recorded in found if recorded.state is not None], following


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
