"""The catalog's table: restaurants, items and reservations."""

import os
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from yafdp.catalog.messages import Item, LookUp, OutOfStock, ReservedLine, Restaurant
from yafdp.catalog.model import Reservation
from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.journal import UNBORN, Journal, Transition, cancellation_codes
from yafdp.kernel.paging import cursor_from, cursor_to

# All restaurants share one partition of the listing index; fine for the thousands, see docs/decisions.
LISTING = "RESTAURANTS"
BY_LISTING = "by-listing"

type Decision = Callable[[Reservation | None], Transition[Reservation] | None]


def reservations() -> Journal[Reservation]:
    """The journal of reservations, one per order."""
    return Journal(_table(), source="yafdp.catalog", prefix="RESERVATION#", state=Reservation)


def put_restaurant(restaurant: Restaurant) -> None:
    """Store a restaurant, replacing what was there."""
    key = {"pk": f"RESTAURANT#{restaurant.restaurant_id}", "sk": "RESTAURANT"}
    listed = {"listing": LISTING, "listingKey": f"{restaurant.name}#{restaurant.restaurant_id}"}
    values = key | listed | {"restaurant": msgspec.to_builtins(restaurant)}
    client("dynamodb").put_item(TableName=_table(), Item=to_item(values))


def put_item(restaurant_id: str, item: Item) -> None:
    """Store an item, replacing what was there.

    Its stock stands beside it as a number that reservations can count down.
    """
    values = msgspec.to_builtins(item)
    stock = values.pop("stock")
    key = _item_key(restaurant_id, item.item_id)
    client("dynamodb").put_item(TableName=_table(), Item=key | to_item({"item": values, "stock": stock}))


def restaurants(limit: int, cursor: str | None) -> tuple[tuple[Restaurant, ...], str | None]:
    """Restaurants by name, and the cursor of the next page."""
    query: dict[str, Any] = {
        "TableName": _table(),
        "IndexName": BY_LISTING,
        "KeyConditionExpression": "listing = :listing",
        "ExpressionAttributeValues": to_item({":listing": LISTING}),
        "Limit": limit,
    }
    if cursor:
        query["ExclusiveStartKey"] = cursor_from(cursor, {"listing": LISTING})
    found = client("dynamodb").query(**query)
    last = found.get("LastEvaluatedKey")
    listed = tuple(msgspec.convert(from_item(entry)["restaurant"], Restaurant) for entry in found["Items"])
    return listed, cursor_to(last) if last else None


def restaurant(restaurant_id: str) -> Restaurant | None:
    """A restaurant, or None."""
    key = to_item({"pk": f"RESTAURANT#{restaurant_id}", "sk": "RESTAURANT"})
    found = client("dynamodb").get_item(TableName=_table(), Key=key)
    return msgspec.convert(from_item(found["Item"])["restaurant"], Restaurant) if "Item" in found else None


def items(restaurant_id: str, limit: int, cursor: str | None) -> tuple[tuple[Item, ...], str | None]:
    """A restaurant's items by id, and the cursor of the next page."""
    partition = f"RESTAURANT#{restaurant_id}"
    query: dict[str, Any] = {
        "TableName": _table(),
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :items)",
        "ExpressionAttributeValues": to_item({":pk": partition, ":items": "ITEM#"}),
        "Limit": limit,
    }
    if cursor:
        query["ExclusiveStartKey"] = cursor_from(cursor, {"pk": partition})
    found = client("dynamodb").query(**query)
    last = found.get("LastEvaluatedKey")
    return tuple(_item(entry) for entry in found["Items"]), cursor_to(last) if last else None


def look_up(wanted: LookUp) -> tuple[Item, ...]:
    """The wanted items that exist; strongly consistent, since a price is about to be charged."""
    # BatchGetItem takes each key once, and 100 at most: more than an order may have lines.
    keys = [_item_key(wanted.restaurant_id, item_id) for item_id in dict.fromkeys(wanted.item_ids)]
    answer = client("dynamodb").batch_get_item(RequestItems={_table(): {"Keys": keys, "ConsistentRead": True}})
    if answer.get("UnprocessedKeys"):
        raise Unavailable("the catalog is busy")
    return tuple(_item(entry) for entry in answer["Responses"].get(_table(), ()))


def reserve(order_id: str, decide: Decision) -> None:
    """Record the reservation and count every line's stock down, in one transaction.

    Raises OutOfStock if a line cannot be filled.
    """

    def with_stock(before: Reservation | None) -> Transition[Reservation] | None:
        change = decide(before)
        if change is None:
            return None
        held = change.state
        return change._replace(also=[_take(held.restaurant_id, line) for line in held.items])

    try:
        reservations().transition(order_id, with_stock, known=UNBORN)
    except ClientError as error:
        if "ConditionalCheckFailed" in cancellation_codes(error)[2:]:
            raise OutOfStock("sold out") from error
        raise


def release(order_id: str, decide: Decision) -> None:
    """Record the release and count every held line's stock up again, in one transaction."""

    def with_stock(before: Reservation | None) -> Transition[Reservation] | None:
        change = decide(before)
        if change is None or before is None:
            return change
        return change._replace(also=[_give_back(before.restaurant_id, line) for line in before.items])

    reservations().transition(order_id, with_stock)


def _take(restaurant_id: str, line: ReservedLine) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": _table(),
            "Key": _item_key(restaurant_id, line.item_id),
            "UpdateExpression": "SET stock = stock - :quantity",
            "ConditionExpression": "stock >= :quantity",
            "ExpressionAttributeValues": to_item({":quantity": line.quantity}),
        }
    }


def _give_back(restaurant_id: str, line: ReservedLine) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": _table(),
            "Key": _item_key(restaurant_id, line.item_id),
            "UpdateExpression": "SET stock = stock + :quantity",
            # An item that was taken off the menu meanwhile has no stock to give back to.
            "ConditionExpression": "attribute_exists(stock)",
            "ExpressionAttributeValues": to_item({":quantity": line.quantity}),
        }
    }


def _item_key(restaurant_id: str, item_id: str) -> dict[str, Any]:
    return to_item({"pk": f"RESTAURANT#{restaurant_id}", "sk": f"ITEM#{item_id}"})


def _item(entry: dict[str, Any]) -> Item:
    values = from_item(entry)
    return msgspec.convert({**values["item"], "stock": values["stock"]}, Item)


def _table() -> str:
    return os.environ["CATALOG_TABLE"]
