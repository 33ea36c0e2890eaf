"""The delivery table: deliveries, shifts, and the couriers on duty in each country."""

import os
from collections.abc import Callable
from typing import Any

from yafdp.delivery.model import OPEN, Delivery
from yafdp.delivery.shifts import Shift
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


def shift(courier_id: str) -> Shift:
    """The courier's shift; of one who has never had any, that they are off duty."""
    return _shifts().load(courier_id).state or Shift(courier_id=courier_id)


def change_shift(courier_id: str, decide: Callable[[Shift], Transition[Shift] | None]) -> Shift:
    """The courier's shift as it is then, together with their entry in the country where they work."""

    def entered(known: Shift | None) -> Transition[Shift] | None:
        before = known or Shift(courier_id=courier_id)
        change = decide(before)
        return change and change._replace(also=[*_entry("Delete", before), *_entry("Put", change.state)])

    return _shifts().transition(courier_id, entered).state or Shift(courier_id=courier_id)


def _shifts() -> Journal[Shift]:
    """The journal of shifts, one per courier."""
    return Journal(os.environ["DELIVERY_TABLE"], source="yafdp.delivery", prefix="COURIER#", state=Shift)


def _entry(act: str, shift: Shift) -> list[dict[str, Any]]:
    """The write that enters a courier into the list of their country, or takes them off it; none off duty."""
    if shift.country is None:
        return []
    key = {"pk": f"COUNTRY#{shift.country}", "sk": f"COURIER#{shift.courier_id}"}
    content = {"Item": to_item(key | {"courierId": shift.courier_id})} if act == "Put" else {"Key": to_item(key)}
    return [{act: {"TableName": os.environ["DELIVERY_TABLE"]} | content}]


def couriers(country: str) -> list[str]:
    """Who is on duty in the country."""
    found = client("dynamodb").query(
        TableName=os.environ["DELIVERY_TABLE"],
        KeyConditionExpression="pk = :country",
        ExpressionAttributeValues=to_item({":country": f"COUNTRY#{country}"}),
    )
    return [from_item(item)["courierId"] for item in found["Items"]]
