"""Ordering's table, queue, state machine, and its way to the internal pricing API."""

import os
from typing import Any

import msgspec

from yafdp.kernel.clients import INVOKE_TIMEOUT, client
from yafdp.kernel.dynamo import to_item
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.invoke import invoke
from yafdp.kernel.journal import Journal, Recorded
from yafdp.kernel.observability import trace_header
from yafdp.kernel.paging import query_page
from yafdp.ordering.model import Order, Priced

BY_CUSTOMER = "by-customer"


def orders() -> Journal[Order]:
    """The journal of orders, indexed by customer and time."""
    return Journal(
        os.environ["ORDERS_TABLE"],
        source="yafdp.ordering",
        prefix="ORDER#",
        state=Order,
        indexed=lambda order: {"customerId": order.customer_id, "createdAt": f"{order.created_at}#{order.order_id}"},
    )


def of_customer(customer_id: str, limit: int, cursor: str | None) -> tuple[list[Recorded[Order]], str | None]:
    """A customer's orders, newest first, and the cursor of the next page."""
    journal = orders()
    query = {
        "TableName": journal.table,
        "IndexName": BY_CUSTOMER,
        "KeyConditionExpression": "customerId = :customer",
        "ExpressionAttributeValues": to_item({":customer": customer_id}),
        "ScanIndexForward": False,
    }
    found, following = query_page(query, limit=limit, cursor=cursor, owned={"customerId": customer_id})
    return [journal.restored(item) for item in found], following


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
    machines = client("stepfunctions", read_timeout=INVOKE_TIMEOUT)
    start = {
        "stateMachineArn": os.environ["SAGA_ARN"],
        "name": order.order_id,
        "input": msgspec.json.encode(saga_input(order)).decode(),
    }
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
        "items": [{"itemId": line.item_id, "quantity": line.quantity} for line in order.lines],
        "total": msgspec.to_builtins(order.total),
        "paymentMethod": order.payment_method,
        "country": order.delivery_address.country,
        "automaticAcceptance": order.automatic_acceptance,
    }


def _trace_attribute() -> dict[str, Any]:
    header = trace_header()
    if not header:
        return {}
    return {"MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}}
