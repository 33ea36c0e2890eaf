"""Support hears of orders that a person should look at, through the filters that it has set."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from local import seed
from local.client import Platform
from local.settings import ROOT
from local.stack import Stack
from local.template import load, resources
from tests.e2e.customers import new_customer
from tests.e2e.inbox import eventually, sent
from tests.e2e.orders import ended, placed, wanted

ATTENTION = "Something went wrong on our side, and a person is looking into it. Our support will be in touch."


class Desk:
    """A queue of somebody in support, with a filter policy."""

    def __init__(self, deployed: Stack, policy: dict[str, Any]) -> None:
        self._sqs, self._sns = deployed.client("sqs"), deployed.client("sns")
        self.url = self._sqs.create_queue(QueueName=f"desk-{uuid.uuid4()}")["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        arn, topic = answer["Attributes"]["QueueArn"], deployed.outputs["SupportTopicArn"]
        allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": document})
        filters = {"FilterPolicy": json.dumps(policy)} if policy else {}
        subscribed = self._sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"} | filters
        )
        self._subscription = subscribed["SubscriptionArn"]
        self._heard: list[dict[str, Any]] = []

    def heard_of(self, order_id: str) -> list[dict[str, Any]]:
        """The notices about an order so far."""
        found = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=600
        )
        self._heard += found.get("Messages", [])
        return [message for message in self._heard if order_id in message["Body"]]

    def close(self) -> None:
        """Nobody sits there any more."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self.url)


@pytest.fixture
def desks(deployed: Stack) -> Iterator[dict[str, Desk]]:
    """A desk for each filter policy of the template, and a few that somebody may set."""
    subscriptions = resources(load(ROOT / "template.yaml"), "AWS::SNS::Subscription")
    policies = {name: one["FilterPolicy"] for name, one in subscriptions.items() if name.startswith("Support")}
    policies |= {
        "everything": {},
        "one restaurant": {"restaurant": [seed.AUTOMATIC]},
        "one reason": {"reason": ["CardDeclined"]},
        "much money": {"value": [{"numeric": [">=", 10_000]}]},
    }
    opened = {name: Desk(deployed, policy) for name, policy in policies.items()}
    assert len(opened) == 6
    yield opened
    for desk in opened.values():
        desk.close()


def record_attention(deployed: Stack, customer_id: str) -> str:
    """Write into the journal that an order needs attention; the order's id."""
    order_id = str(uuid.uuid4())
    data = {
        "status": "NEEDS_ATTENTION",
        "customerId": customer_id,
        "restaurantId": seed.AUTOMATIC,
        "code": "Lambda.Unknown",
        "reason": ATTENTION,
    }
    envelope = {
        "id": str(uuid.uuid4()),
        "type": "OrderNeedsAttention",
        "version": 1,
        "occurredAt": "2026-11-21T12:00:09.000Z",
        "sequence": 9,
        "aggregateId": order_id,
        "correlationId": "a-sad-story",
        "data": data,
    }
    row = {"pk": f"ORDER#{order_id}", "sk": "EVENT#000000009", "source": "yafdp.ordering", "envelope": envelope}
    item = {name: TypeSerializer().serialize(value) for name, value in row.items()}
    deployed.client("dynamodb").put_item(TableName=deployed.outputs["OrdersTable"], Item=item)
    return order_id


async def test_an_order_that_needs_attention_gets_through_every_filter_of_ours(
    desks: dict[str, Desk], deployed: Stack, front_door: str
) -> None:
    order_id = record_attention(deployed, "nobody")

    async def heard() -> bool:
        return all(desks[name].heard_of(order_id) for name in ("SupportSubscription", "SupportCriticalSubscription"))

    await eventually(heard)
    (notice,) = desks["SupportCriticalSubscription"].heard_of(order_id)
    told = {name: value["StringValue"] for name, value in notice["MessageAttributes"].items()}
    assert told.pop("eventId")
    assert told == {"severity": "critical", "reason": "Lambda.Unknown", "restaurant": seed.AUTOMATIC}
    for fact in ("nobody", seed.AUTOMATIC, "a-sad-story", f"make resume ORDER={order_id}", "could be given back"):
        assert fact in notice["Body"]
    assert desks["everything"].heard_of(order_id)
    assert desks["one restaurant"].heard_of(order_id)
    for address in ("support@example.com", "on-call@example.com"):
        await eventually_mailed(front_door, address, order_id)


async def eventually_mailed(front_door: str, address: str, order_id: str) -> None:
    """Wait until the address has a mail about the order."""

    async def look() -> bool:
        return any(order_id in message["text"] for message in await sent(front_door, address))

    await eventually(look)


async def test_a_declined_card_is_for_those_who_want_to_know(
    desks: dict[str, Desk], platform: Platform, deployed: Stack
) -> None:
    customer = await new_customer(platform, deployed)
    order_id = await placed(customer, wanted(paymentMethod="pm_card_declined"))
    await ended(customer, order_id)

    async def heard() -> list[dict[str, Any]]:
        return desks["one reason"].heard_of(order_id)

    (notice,) = await eventually(heard)
    assert notice["MessageAttributes"]["severity"]["StringValue"] == "info"
    assert len(desks["everything"].heard_of(order_id)) == 1
    for name in ("SupportSubscription", "SupportCriticalSubscription", "much money"):
        assert desks[name].heard_of(order_id) == []


async def test_much_money_is_told_as_a_number(desks: dict[str, Desk], platform: Platform, deployed: Stack) -> None:
    customer = await new_customer(platform, deployed)
    order_id = await placed(customer, wanted("lasagne", quantity=12))

    async def heard() -> list[dict[str, Any]]:
        return desks["much money"].heard_of(order_id)

    (notice,) = await eventually(heard)
    value = notice["MessageAttributes"]["value"]
    assert value["DataType"] == "Number"
    order = await customer.get(f"/orders/{order_id}")
    assert int(value["StringValue"]) == order.body["total"]["amount"] >= 10_000
