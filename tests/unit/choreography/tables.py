"""DynamoDB in a dictionary, as far as the participants of an order use it.

Thousands of orders go through it in seconds, and whoever runs them may step in before and after every call.
test_tables.py holds it against a fuller model of DynamoDB. What it does not know it refuses.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from yafdp.kernel.dynamo import Item, from_item, to_item

REFUSED = "ConditionalCheckFailed"
_COMPARISON = re.compile(r"(?P<name>\w+) (?P<operator>=|<|>=) (?P<value>:\w+)")
_BETWEEN = re.compile(r"(?P<name>\w+) BETWEEN (?P<first>:\w+) AND (?P<last>:\w+)")
_ADDITION = re.compile(r"SET (?P<name>\w+) = (?P=name) \+ (?P<value>:\w+)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: bool(one == other),
    "<": lambda one, other: bool(one < other),
    ">=": lambda one, other: bool(one >= other),
}

type Values = dict[str, Any]
type Key = tuple[str, str, str]


class Tables:
    """All tables of an account. `before` is called ahead of every call, `after` behind every one that has written;
    `inserted` with each new item.
    """

    def __init__(self) -> None:
        self.items: dict[Key, Values] = {}
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self.inserted: Callable[[Item], None] = lambda _: None

    def get_item(self, **call: Any) -> dict[str, Item]:
        """One item, as it is now: nobody here reads otherwise."""
        assert call["ConsistentRead"], "a decision on what a table said some time ago"
        self.before()
        found = self.items.get(_key_of(call))
        return {} if found is None else {"Item": to_item(found)}

    def query(self, **call: Any) -> dict[str, list[Item]]:
        """The items that the condition holds for, by their sort keys; an index is looked up by its attributes."""
        self.before()
        values = from_item(call["ExpressionAttributeValues"])
        found = [
            item
            for (table, *_), item in sorted(self.items.items())
            if table == call["TableName"] and all(_conditions(call["KeyConditionExpression"], values, item))
        ]
        return {"Items": [to_item(item) for item in found[: call.get("Limit")]]}

    def put_item(self, **call: Any) -> None:
        """Write one item. Raises ConditionalCheckFailedException."""
        self.before()
        if self._refused({"Put": call}):
            raise ClientError({"Error": {"Code": f"{REFUSED}Exception", "Message": ""}}, "PutItem")
        self._write([{"Put": call}])

    def transact_write_items(self, **call: Any) -> None:
        """Write all items or none. Raises TransactionCanceledException with a reason for each."""
        self.before()
        writes = call["TransactItems"]
        reasons = [{"Code": REFUSED if self._refused(write) else "None"} for write in writes]
        if any(reason["Code"] == REFUSED for reason in reasons):
            answer: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
            raise ClientError(answer | {"CancellationReasons": reasons}, "TransactWriteItems")
        self._write(writes)

    def of(self, partition: str, sort: str = "STATE") -> Values:
        """What is written there, for somebody who looks at it from outside; empty where there is nothing."""
        return next((item for (_, *keys), item in self.items.items() if keys == [partition, sort]), {})

    def _refused(self, write: dict[str, Any]) -> bool:
        (content,) = write.values()
        expression = content.get("ConditionExpression", "")
        held = self.items.get(_key_of(content))
        match expression:
            case "":
                return False
            case "attribute_not_exists(pk)":
                return held is not None
        values = from_item(content["ExpressionAttributeValues"])
        return held is None or not all(_conditions(expression, values, held))

    def _write(self, writes: list[dict[str, Any]]) -> None:
        fresh = [write["Put"]["Item"] for write in writes if "Put" in write and _key_of(write["Put"]) not in self.items]
        for write in writes:
            (content,) = write.values()
            key = _key_of(content)
            self.items[key] = from_item(content["Item"]) if "Put" in write else self._updated(key, content)
        for item in fresh:
            self.inserted(item)
        self.after()

    def _updated(self, key: Key, update: dict[str, Any]) -> Values:
        addition = _ADDITION.fullmatch(update["UpdateExpression"])
        assert addition, update["UpdateExpression"]
        held, added = self.items[key], from_item(update["ExpressionAttributeValues"])[addition["value"]]
        return held | {addition["name"]: held[addition["name"]] + added}


def _conditions(expression: str, values: Values, item: Values) -> Iterator[bool]:
    """Each condition of an expression by itself."""
    for between in _BETWEEN.finditer(expression):
        held = item.get(between["name"])
        yield held is not None and values[between["first"]] <= held <= values[between["last"]]
    for part in filter(None, _BETWEEN.sub("", expression).removesuffix(" AND ").split(" AND ")):
        comparison = _COMPARISON.fullmatch(part)
        assert comparison, part
        held = item.get(comparison["name"])
        yield held is not None and _OPERATORS[comparison["operator"]](held, values[comparison["value"]])


def _key_of(content: dict[str, Any]) -> Key:
    return _key(content["TableName"], from_item(content.get("Key") or content["Item"]))


def _key(table: str, values: Values) -> Key:
    return table, values["pk"], values["sk"]
