"""The catalog's table: portions, how staff count them, and how orders set them aside."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from yafdp.catalog.messages import OutOfStock, ReservedLine
from yafdp.catalog.model import Reservation
from yafdp.catalog.store import item_key, table
from yafdp.kernel.clients import client
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.contention import patiently
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.journal import UNBORN, Journal, Transition, cancellation_codes

REFUSED = "ConditionalCheckFailed"
# Seconds; a change of stock that comes again later than this counts again.
RECEIPT_LIFETIME = 7 * 24 * 60 * 60

type Decision = Callable[[Reservation | None], Transition[Reservation] | None]


def reservations() -> Journal[Reservation]:
    """The journal of reservations, one per order."""
    return Journal(table(), source="yafdp.catalog", prefix="RESERVATION#", state=Reservation)


def change(restaurant_id: str, item_id: str, portions: int, receipt: str | None) -> int:
    """Add portions to an item's stock (or take them off: a negative number), once per receipt; the change that was made
    under the receipt, which is another one if somebody else's request used it.

    Raises OutOfStock, and changes nothing, if the item is gone or would have fewer than none.
    """
    writes = [_counted(restaurant_id, item_id, portions)]
    if receipt:
        writes.append(_received(receipt, portions))
    try:
        patiently(lambda: client("dynamodb").transact_write_items(TransactItems=writes))
    except ClientError as error:
        codes = cancellation_codes(error)
        if receipt and codes[1:] == [REFUSED]:
            return _recorded(receipt)
        if codes[:1] == [REFUSED]:
            raise OutOfStock("there are not so many portions") from error
        raise
    return portions


def reserve(order_id: str, decide: Decision) -> None:
    """Record the reservation and count every line's stock down, in one transaction.

    Raises OutOfStock if a line cannot be filled.
    """

    def with_stock(before: Reservation | None) -> Transition[Reservation] | None:
        change = decide(before)
        if change is None:
            return None
        held = change.state
        return change._replace(also=[_counted(held.restaurant_id, line.item_id, -line.quantity) for line in held.items])

    try:
        reservations().transition(order_id, with_stock, known=UNBORN)
    except ClientError as error:
        if REFUSED in cancellation_codes(error)[2:]:
            raise OutOfStock("sold out") from error
        raise


def release(order_id: str, decide: Decision) -> None:
    """Record the release and count every held line's stock up again, in one transaction. A line whose item has been
    taken off the menu meanwhile has no stock to go back to, and is left out.
    """
    gone: frozenset[str] = frozenset()
    while missing := _missing_for_release(order_id, decide, gone):
        gone |= missing


def _missing_for_release(order_id: str, decide: Decision, gone: frozenset[str]) -> frozenset[str]:
    """Try the release without the items that are gone; those that turned out to be gone too, if it came to nothing."""
    given_back: list[ReservedLine] = []

    def with_stock(before: Reservation | None) -> Transition[Reservation] | None:
        change = decide(before)
        if change is None or before is None:
            return change
        given_back[:] = [line for line in before.items if line.item_id not in gone]
        also = [_counted(before.restaurant_id, line.item_id, line.quantity) for line in given_back]
        return change._replace(also=also)

    try:
        reservations().transition(order_id, with_stock)
    except ClientError as error:
        codes = cancellation_codes(error)[2:]
        missing = {line.item_id for line, code in zip(given_back, codes, strict=False) if code == REFUSED}
        if not missing:
            raise
        return frozenset(missing)
    return frozenset()


def _counted(restaurant_id: str, item_id: str, portions: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table(),
            "Key": item_key(restaurant_id, item_id),
            "UpdateExpression": "SET stock = stock + :portions",
            # Fails for an item that does not exist, too: it has no stock to compare.
            "ConditionExpression": "stock >= :least",
            "ExpressionAttributeValues": to_item({":portions": portions, ":least": max(0, -portions)}),
        }
    }


def _received(receipt: str, portions: int) -> dict[str, Any]:
    values = {"change": portions, "expiresAt": epoch_in(RECEIPT_LIFETIME)}
    return {
        "Put": {
            "TableName": table(),
            "Item": _receipt_key(receipt) | to_item(values),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def _recorded(receipt: str) -> int:
    answer = client("dynamodb").get_item(TableName=table(), Key=_receipt_key(receipt), ConsistentRead=True)
    return int(from_item(answer["Item"])["change"])


def _receipt_key(receipt: str) -> dict[str, Any]:
    return to_item({"pk": f"RECEIPT#{receipt}", "sk": "RECEIPT"})
