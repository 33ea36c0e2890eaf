"""Cursors: where the next page of a query starts, opaque to the client and useless for anything else."""

import base64

import msgspec

from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.kernel.errors import FieldError, InvalidRequest


def cursor_to(last_key: Item) -> str:
    """The cursor that continues after this key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(from_item(last_key))).decode().rstrip("=")


def cursor_from(cursor: str, owned: dict[str, str]) -> Item:
    """The key to continue after.

    Raises InvalidRequest unless the cursor belongs to the very query (`owned` are its fixed key values).
    """
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=dict[str, str])
    except ValueError:
        key = {}
    if not owned.items() <= key.items():
        detail = "this cursor is not one of this collection's"
        raise InvalidRequest(detail, (FieldError("query:cursor", detail),))
    return to_item(key)
