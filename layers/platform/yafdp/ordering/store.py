"""Ordering's table, queue, state machine, and its way to the internal pricing API."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from yafdp.kernel.clients import INVOKE_TIMEOUT, client
from yafdp.kernel.docket import Failure
from yafdp.kernel.dynamo import from_item, to_item
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.invoke import invoke
from yafdp.kernel.journal import Journal, Recorded, Transition
from yafdp.kernel.observability import trace_header
from yafdp.kernel.paging import newest_of
from yafdp.ordering import watchdog
from yafdp.ordering.messages import Coordination, Status
from yafdp.ordering.model import Order, Priced

BY_CUSTOMER = "by-customer"
BY_DUE_TIME = "by-due-time"
PREFIX = "ORDER#"
# The partition of that index where operators find orders that wait for a person; the watchdog does not look there.
ATTENTION = "ATTENTION"
# In reverse order of how they are done: whoever undoes an order without knowing how far it came undoes all of these.
EVERYTHING = ("courier", "kitchen", "payment", "stock")

type Decision = Callable[[Order | None], Transition[Order] | None]


def orders() -> Journal[Order]:
    """The journal of orders, indexed by customer and time, and as long as they are open by when they should move."""
    return Journal(os.environ["ORDERS_TABLE"], source="yafdp.ordering", prefix=PREFIX, state=Order, indexed=_indexed)


def _indexed(order: Order) -> dict[str, str]:
    listed = {"customerId": order.customer_id, "createdAt": f"{order.created_at}#{order.order_id}"}
    if order.status is Status.NEEDS_ATTENTION:
        return listed | {"openShard": ATTENTION, "dueAt": order.updated_at}
    due = watchdog.due_at(order)
    return listed | ({"openShard": watchdog.shard(order.order_id), "dueAt": due} if due else {})


def default_coordination() -> Coordination:
    """The coordination of orders that do not ask for one."""
    return Coordination(os.environ.get("COORDINATION", Coordination.ORCHESTRATION))


def coordination_can_be_chosen() -> bool:
    """Whether an order may ask for its coordination; in production the stack's parameter alone decides."""
    return os.environ.get("COORDINATION_CAN_BE_CHOSEN", "false") == "true"


def overdue(at: str, limit: int) -> Iterator[str]:
    """Ids of open orders that should have moved before `at`: at most `limit` of each partition, the oldest first."""
    for number in range(watchdog.SHARDS):
        found = client("dynamodb").query(
            TableName=os.environ["ORDERS_TABLE"],
            IndexName=BY_DUE_TIME,
            KeyConditionExpression="openShard = :shard AND dueAt < :now",
            ExpressionAttributeValues=to_item({":shard": f"OPEN#{number}", ":now": at}),
            Limit=limit,
        )
        yield from (from_item(item)["pk"].removeprefix(PREFIX) for item in found["Items"])


def of_customer(customer_id: str, limit: int, cursor: str | None) -> tuple[list[Recorded[Order]], str | None]:
    """A customer's orders, newest first, and the cursor of the next page."""
    return newest_of(orders(), BY_CUSTOMER, ("customerId", customer_id), limit=limit, cursor=cursor)


def enqueue(message: Envelope) -> None:
    """Put a command on the order queue."""
    client("sqs").send_message(QueueUrl=os.environ["ORDER_QUEUE_URL"], MessageBody=message.json(), **_trace_attribute())


def quote(order: Order) -> Priced:
    """The house's price for the order.

    Raises the callee's Rejection by name (UnknownItem …), Unavailable if it does not answer.
    """
    return invoke(
        os.environ["PRICING_FUNCTION"],
        {
            "restaurantId": order.restaurant_id,
            "items": [{"itemId": line.item_id, "quantity": line.quantity} for line in order.lines],
        },
        Priced,
    )


def start_saga(order: Order) -> None:
    """Start the order's state machine, once: the execution is named after the order."""
    _start(os.environ["SAGA_ARN"], order.order_id, saga_input(order))


def start_undo(order: Order, attempt: str) -> None:
    """Start the machine that undoes the order, once per attempt: whatever may have been set aside, and then the order
    ends for the reason it is closing for.
    """
    failure = order.closing or Failure(error="Unknown")
    undoing = {
        "order": {
            "orderId": order.order_id,
            "restaurantId": order.restaurant_id,
            "correlationId": order.correlation_id,
        },
        "failure": {"error": failure.error, "detail": failure.detail},
        "undo": list(EVERYTHING),
    }
    _start(os.environ["UNDO_ARN"], f"{order.order_id}-{attempt}", undoing)


def _start(machine: str, name: str, content: dict[str, Any]) -> None:
    machines = client("stepfunctions", read_timeout=INVOKE_TIMEOUT)
    start = {"stateMachineArn": machine, "name": name, "input": msgspec.json.encode(content).decode()}
    header = trace_header()
    if header:
        start["traceHeader"] = header
    try:
        machines.start_execution(**start)
    except machines.exceptions.ExecutionAlreadyExists:
        return


def saga_input(order: Order) -> dict[str, Any]:
    """What the saga knows of its order. It must be equal at every repeat: StartExecution compares it."""
    return {
        "orderId": order.order_id,
        "customerId": order.customer_id,
        "restaurantId": order.restaurant_id,
        "correlationId": order.correlation_id,
        "items": [{"itemId": line.item_id, "quantity": line.quantity, "name": line.name} for line in order.lines],
        "total": msgspec.to_builtins(order.total),
        "paymentMethod": order.payment_method,
        "country": order.delivery_address.country,
        "deliveryAddress": msgspec.to_builtins(order.delivery_address),
        "note": order.note,
        "automaticAcceptance": order.automatic_acceptance,
    }


def _trace_attribute() -> dict[str, Any]:
    header = trace_header()
    if not header:
        return {}
    return {"MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}}
