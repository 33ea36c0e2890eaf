"""What tests put in queues and on the bus, and into tables, to make happen what takes long or goes wrong seldom."""

import asyncio
import json
import uuid
from typing import Any

from local.stack import Stack
from tests.e2e.books import item
from yafdp.kernel.clock import timestamp

LONG_AGO = "2020-01-01T00:00:00.000Z"


def envelope(kind: str, aggregate_id: str, data: dict[str, Any], **changes: Any) -> str:
    """A command as a queue's consumer understands it."""
    content = {
        "id": str(uuid.uuid4()),
        "type": kind,
        "version": 1,
        "occurredAt": timestamp(),
        "aggregateId": aggregate_id,
        "correlationId": f"test-{uuid.uuid4()}",
        "data": data,
    }
    return json.dumps(content | changes)


def send(deployed: Stack, queue: str, body: str) -> str:
    """Put a message into a queue (named as in the stack's outputs); its id."""
    sent = deployed.client("sqs").send_message(QueueUrl=deployed.outputs[queue], MessageBody=body)
    return str(sent["MessageId"])


async def started_again(deployed: Stack, order_id: str, times: int) -> None:
    """Send the order to the intake once more, and its price to the bus, as a queue and a stream may."""
    priced = item(deployed, "OrdersTable", f"ORDER#{order_id}", "EVENT#000000002")["envelope"]
    for _ in range(times):
        send(deployed, "OrderQueueUrl", envelope("SubmitOrder", order_id, {"orderId": order_id}))
        entry = {
            "EventBusName": deployed.outputs["EventBusName"],
            "Source": "yafdp.ordering",
            "DetailType": "OrderPriced",
            "Detail": json.dumps(priced, default=int),
        }
        answer = deployed.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0


async def made_to_stand_still(deployed: Stack, order_id: str) -> None:
    """Let the order not have moved for a long time, and the watchdog look (it does so each minute by itself)."""
    dynamodb = deployed.client("dynamodb")
    try:
        dynamodb.update_item(
            TableName=deployed.outputs["OrdersTable"],
            Key={"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "STATE"}},
            UpdateExpression="SET #state.updatedAt = :then, dueAt = :then",
            ConditionExpression="attribute_exists(dueAt)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":then": {"S": LONG_AGO}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return  # it has come to its end meanwhile
    send(deployed, "OrderCareQueueUrl", envelope("SweepOrders", "orders", {}))
    await asyncio.sleep(0)
