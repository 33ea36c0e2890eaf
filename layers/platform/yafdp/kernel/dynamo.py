"""DynamoDB's attribute values and ours. Money is whole minor units, so every number is an int and stays one."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

type Item = dict[str, Any]


class _IntDeserializer(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int:
        return int(value)


_serializer = TypeSerializer()
_deserializer = _IntDeserializer()


def to_item(values: dict[str, Any]) -> Item:
    """Plain values as an item; `None` values are left out, since DynamoDB tells absent from null and we do not."""
    return {name: _serializer.serialize(value) for name, value in values.items() if value is not None}


def from_item(item: Item) -> dict[str, Any]:
    """An item as plain values."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}
