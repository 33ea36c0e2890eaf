"""The catalog's table: restaurants and their menus. Reads are strongly consistent where an edit or a price follows."""

import os
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from yafdp.catalog import names
from yafdp.catalog.messages import Item, LookUp, Restaurant
from yafdp.kernel.clients import client
from yafdp.kernel.contention import is_refused, patiently
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.paging import query_page
from yafdp.kernel.revisions import Revised

# All restaurants share one partition of the listing index, and those of a cuisine one of the other: see docs/decisions.
LISTING = "RESTAURANTS"
BY_LISTING = "by-listing"
BY_CUISINE = "by-cuisine"
NEW = "attribute_not_exists(pk)"
UNCHANGED = "revision = :expected"


def create_restaurant(new: Revised[Restaurant]) -> bool:
    """Store a restaurant; False if its id is taken, also by one that was deleted."""
    key = _restaurant_key(new.content.restaurant_id)
    values = _listed(new.content) | {"restaurant": msgspec.to_builtins(new.content), "revision": new.revision}
    return _written("put_item", Item=key | to_item(values), ConditionExpression=NEW)


def replace_restaurant(new: Revised[Restaurant], expected: str) -> bool:
    """Store a restaurant in the place of the expected revision; False if that no longer stands."""
    values = _listed(new.content) | {"restaurant": msgspec.to_builtins(new.content), "revision": new.revision}
    return _written(
        "put_item",
        Item=_restaurant_key(new.content.restaurant_id) | to_item(values),
        ConditionExpression=UNCHANGED,
        ExpressionAttributeValues=to_item({":expected": expected}),
    )


def delete_restaurant(restaurant_id: str, expected: str, at: str) -> bool:
    """Leave a tombstone, so that the id never names another restaurant; False if the expected revision no longer
    stands.
    """
    return _written(
        "update_item",
        Key=_restaurant_key(restaurant_id),
        UpdateExpression="SET deletedAt = :at REMOVE restaurant, revision, listing, listingKey, cuisineKey",
        ConditionExpression=UNCHANGED,
        ExpressionAttributeValues=to_item({":expected": expected, ":at": at}),
    )


def restaurant(restaurant_id: str) -> Revised[Restaurant] | None:
    """A restaurant, or None."""
    answer = client("dynamodb").get_item(TableName=table(), Key=_restaurant_key(restaurant_id), ConsistentRead=True)
    values = from_item(answer.get("Item", {}))
    if "restaurant" not in values:
        return None
    return Revised(msgspec.convert(values["restaurant"], Restaurant), values["revision"])


def restaurants(
    limit: int, cursor: str | None, cuisine: str | None = None, prefix: str = ""
) -> tuple[tuple[Restaurant, ...], str | None]:
    """Restaurants by name, and the cursor of the next page. `cuisine` and `prefix` (of the name) are folded texts."""
    partition = {"cuisineKey": cuisine} if cuisine else {"listing": LISTING}
    ((attribute, value),) = partition.items()
    query: dict[str, Any] = {
        "IndexName": BY_CUISINE if cuisine else BY_LISTING,
        "KeyConditionExpression": f"{attribute} = :partition",
        "ExpressionAttributeValues": {":partition": value},
    }
    if prefix:
        query["KeyConditionExpression"] += " AND begins_with(listingKey, :prefix)"
        query["ExpressionAttributeValues"][":prefix"] = prefix
    entries, following = _page(query, limit, cursor, partition)
    return tuple(msgspec.convert(entry["restaurant"], Restaurant) for entry in entries), following


def create_item(restaurant_id: str, new: Revised[Item]) -> bool:
    """Store an item; False if its id is taken. Its stock stands beside it as a number that reservations count down."""
    values = _unstocked(new) | {"stock": new.content.stock}
    key = item_key(restaurant_id, new.content.item_id)
    return _written("put_item", Item=key | to_item(values), ConditionExpression=NEW)


def replace_item(restaurant_id: str, new: Revised[Item], expected: str) -> bool:
    """Store an item in the place of the expected revision, and leave its stock alone; False if that revision no longer
    stands.
    """
    values = {f":{name}": value for name, value in _unstocked(new).items()} | {":expected": expected}
    return _written(
        "update_item",
        Key=item_key(restaurant_id, new.content.item_id),
        UpdateExpression="SET #item = :item, revision = :revision",
        ConditionExpression=UNCHANGED,
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues=to_item(values),
    )


def delete_item(restaurant_id: str, item_id: str, expected: str) -> bool:
    """Take an item off the menu; False if the expected revision no longer stands."""
    return _written(
        "delete_item",
        Key=item_key(restaurant_id, item_id),
        ConditionExpression=UNCHANGED,
        ExpressionAttributeValues=to_item({":expected": expected}),
    )


def item(restaurant_id: str, item_id: str) -> Revised[Item] | None:
    """An item, or None."""
    answer = client("dynamodb").get_item(TableName=table(), Key=item_key(restaurant_id, item_id), ConsistentRead=True)
    if "Item" not in answer:
        return None
    values = from_item(answer["Item"])
    return Revised(_stocked(values), values["revision"])


def items(restaurant_id: str, limit: int, cursor: str | None) -> tuple[tuple[Item, ...], str | None]:
    """A restaurant's items by id, and the cursor of the next page."""
    partition = f"RESTAURANT#{restaurant_id}"
    query: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :items)",
        "ExpressionAttributeValues": {":pk": partition, ":items": "ITEM#"},
    }
    entries, following = _page(query, limit, cursor, {"pk": partition})
    return tuple(map(_stocked, entries)), following


def look_up(wanted: LookUp) -> tuple[Item, ...]:
    """The wanted items that exist; strongly consistent, since a price is about to be charged."""
    # BatchGetItem takes each key once, and 100 at most: more than an order may have lines.
    keys = [item_key(wanted.restaurant_id, item_id) for item_id in dict.fromkeys(wanted.item_ids)]
    answer = client("dynamodb").batch_get_item(RequestItems={table(): {"Keys": keys, "ConsistentRead": True}})
    if answer.get("UnprocessedKeys"):
        raise Unavailable("the catalog is busy")
    return tuple(_stocked(from_item(entry)) for entry in answer["Responses"].get(table(), ()))


def item_key(restaurant_id: str, item_id: str) -> dict[str, Any]:
    """An item's key."""
    return to_item({"pk": f"RESTAURANT#{restaurant_id}", "sk": f"ITEM#{item_id}"})


def table() -> str:
    """The catalog's table."""
    return os.environ["CATALOG_TABLE"]


def _restaurant_key(restaurant_id: str) -> dict[str, Any]:
    return to_item({"pk": f"RESTAURANT#{restaurant_id}", "sk": "RESTAURANT"})


def _listed(listed: Restaurant) -> dict[str, str]:
    """The attributes by which the indexes find a restaurant: by name, among all and among those of its cuisine."""
    return {
        "listing": LISTING,
        "cuisineKey": names.folded(listed.cuisine),
        "listingKey": f"{names.folded(listed.name)}#{listed.restaurant_id}",
    }


def _unstocked(revised: Revised[Item]) -> dict[str, Any]:
    values = msgspec.to_builtins(revised.content)
    del values["stock"]
    return {"item": values, "revision": revised.revision}


def _stocked(values: dict[str, Any]) -> Item:
    return msgspec.convert({**values["item"], "stock": values["stock"]}, Item)


def _page(
    query: dict[str, Any], limit: int, cursor: str | None, owned: dict[str, str]
) -> tuple[list[dict[str, Any]], str | None]:
    asked = query | {"TableName": table(), "ExpressionAttributeValues": to_item(query["ExpressionAttributeValues"])}
    found, following = query_page(asked, limit=limit, cursor=cursor, owned=owned)
    return [from_item(entry) for entry in found], following


def _written(operation: str, **write: Any) -> bool:
    """Do a conditional write; False if its condition does not hold."""
    perform = getattr(client("dynamodb"), operation)
    try:
        patiently(lambda: perform(TableName=table(), **write))
    except ClientError as error:
        if is_refused(error):
            return False
        raise
    return True
