"""Orders that could not be undone, and wait for a person (NEEDS_ATTENTION)."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from operations.console import Say
from operations.dead_letters import DeployedStack
from operations.stuck import Stuck

_LOOK = 1.0  # seconds between two looks at an order that is being undone
_WAIT = 120.0  # seconds: how long its ending is waited for
_INDEX, _PARTITION = "by-due-time", "ATTENTION"


def stuck(stack: DeployedStack) -> Iterator[Stuck]:
    """The orders in need of attention, with what is still to be undone."""
    tables, queues = stack.of_type("AWS::DynamoDB::Table"), stack.of_type("AWS::SQS::Queue")
    table, queue = tables.get("OrdersTable"), queues.get("OrderCareQueue")
    if table is None or queue is None:  # a stack of an earlier version
        return
    pages = (
        stack.target.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=table,
            IndexName=_INDEX,
            KeyConditionExpression="openShard = :attention",
            ExpressionAttributeValues={":attention": {"S": _PARTITION}},
        )
    )
    for page in pages:
        for item in page["Items"]:
            yield _Order(stack, table, queue, item["pk"]["S"]).as_stuck()


class _Order:
    """One order, as its table has it."""

    def __init__(self, stack: DeployedStack, table: str, queue: str, partition: str) -> None:
        self._target, self._table, self._queue, self._partition = stack.target, table, queue, partition
        self._id = partition.removeprefix("ORDER#")

    def as_stuck(self) -> Stuck:
        told = self._told()
        left = ", ".join(entry["S"] for entry in told.get("left", {}).get("L", []))
        detail, code = (told.get(name, {}).get("S", "") for name in ("detail", "code"))
        return Stuck(
            kind="order",
            name=self._id,
            names=frozenset({self._id}),
            order=self._id,
            since=datetime.fromisoformat(self._state()["updatedAt"]["S"]),
            where=f"to undo: {left or 'unknown'}",
            why=": ".join(part for part in (code, detail) if part),
            resume=self._undo,
        )

    def _undo(self, say: Say) -> bool:
        """Ask for it to be undone once more, and wait for what becomes of it."""
        command = {
            "id": str(uuid.uuid4()),
            "type": "ResumeOrder",
            "version": 1,
            "occurredAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "aggregateId": self._id,
            "correlationId": self._state()["correlationId"]["S"],
            "data": {"orderId": self._id},
        }
        self._target.client("sqs").send_message(QueueUrl=self._queue, MessageBody=json.dumps(command))
        deadline = time.monotonic() + _WAIT
        while (status := self._state()["status"]["S"]) == "NEEDS_ATTENTION" and time.monotonic() < deadline:
            time.sleep(_LOOK)
        if status == "NEEDS_ATTENTION":
            say(f"{self._id} still needs attention: what keeps it from being undone is not mended yet (make logs)")
            return False
        undone = status in {"REJECTED", "CANCELLED"}
        say(f"{self._id} is undone: {status}" if undone else f"{self._id} goes on, its courier has the food: {status}")
        return True

    def _state(self) -> dict[str, Any]:
        found = self._read("STATE")
        return dict(found["state"]["M"])

    def _told(self) -> dict[str, Any]:
        """What the order's last event says."""
        version = int(self._read("STATE")["version"]["N"])
        return dict(self._read(f"EVENT#{version:09d}")["envelope"]["M"]["data"]["M"])

    def _read(self, sort_key: str) -> dict[str, Any]:
        key = {"pk": {"S": self._partition}, "sk": {"S": sort_key}}
        answer = self._target.client("dynamodb").get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return dict(answer["Item"])
