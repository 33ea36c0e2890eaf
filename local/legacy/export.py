"""Sends the old system's coupons to the platform: `python -m local.legacy.export`, as often as you like."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import settings, stack
from local.legacy.database import contents, day
from local.stack import Stack

_KINDS = {"P": "PERCENT", "B": "AMOUNT"}
_BATCH = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html


class NotSent(Exception):
    """The queue has not taken everything; what it took does no harm when it comes again."""


def send(deployed: Stack, database: Path) -> int:
    """Every coupon goes into the import queue; how many there were. Raises NotSent."""
    queue, sqs = deployed.outputs["CouponImportQueueUrl"], deployed.client("sqs")
    messages = [json.dumps(command(row)) for row in contents(database)["coupons"]]
    for start in range(0, len(messages), _BATCH):
        batch = messages[start : start + _BATCH]
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
        if failed := sqs.send_message_batch(QueueUrl=queue, Entries=entries).get("Failed"):
            raise NotSent(f"{len(failed)} coupons were not taken: {failed[0]['Message']}")
    return len(messages)


def command(row: dict[str, Any]) -> dict[str, Any]:
    """The command that brings a row of the old table over."""
    correlation = str(uuid.uuid4())
    return {
        "id": str(uuid.uuid4()),
        "type": "ImportCoupon",
        "version": 1,
        "occurredAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "aggregateId": f"legacy-{correlation}",
        "correlationId": correlation,
        "data": dict(_fields(row)),
    }


def _fields(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The row in the platform's words: days as 2026-12-31, kinds by name."""
    yield from ((name, row[name]) for name in ("code", "label", "value"))
    yield "kind", _KINDS[row["kind"]]
    yield "validFrom", day(row["valid_from"]).isoformat()
    yield "validTo", day(row["valid_to"]).isoformat()
    if row["used_on"]:
        used = {"day": day(row["used_on"]).isoformat(), "customerNumber": row["used_by"]}
        yield "redemption", used | {"total": row["used_total"], "discount": row["discount"]}


def main() -> None:
    """Exports from the old system of the local run."""
    configured = settings.load()
    number = send(stack.load(configured), configured.legacy_database)
    print(f"{number} coupons are on their way")


if __name__ == "__main__":
    main()
