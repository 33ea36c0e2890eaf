"""Messages to customers: once for each event and channel, by the channels they want, at hours they allow."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from local import stack
from local.client import Platform, Session
from local.settings import Settings
from local.stack import Stack
from tests.e2e.customers import reachable_customer
from tests.e2e.inbox import arrived, eventually, sent
from tests.e2e.orders import ended, placed, pushed, wanted

CONFIRMED, REJECTED = "is confirmed", "was not accepted"
EVERY_KIND = [
    "OrderPaymentPending", "OrderConfirmed", "OrderReady", "OrderPickedUp", "OrderDelivered", "OrderRejected",
    "OrderCancelled", "OrderReinstated", "OrderNeedsAttention",
]  # fmt: skip


class _Plain(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int:
        return int(value)


def short(order_id: str) -> str:
    """An order's id as messages name it."""
    return order_id.partition("-")[0].upper()


async def prefer(customer: Session, **form: Any) -> dict[str, Any]:
    """Replace the customer's preferences; the answer."""
    read = await customer.get("/me/notifications")
    answer = await customer.call(
        "PUT",
        "/me/notifications",
        json_body={"email": [], "sms": []} | form,
        headers={"If-Match": read.headers["ETag"]},
    )
    assert answer.status == 200, answer.body
    return dict(answer.body)


def recorded(deployed: Stack, order_id: str, kind: str) -> dict[str, Any]:
    """The envelope of an order's event."""
    items = deployed.client("dynamodb").query(
        TableName=deployed.outputs["OrdersTable"],
        KeyConditionExpression="pk = :order AND begins_with(sk, :event)",
        ExpressionAttributeValues={":order": {"S": f"ORDER#{order_id}"}, ":event": {"S": "EVENT#"}},
    )["Items"]
    envelopes = [_Plain().deserialize(item["envelope"]) for item in items]
    (found,) = [envelope for envelope in envelopes if envelope["type"] == kind]
    return dict(found)


def tell_again(deployed: Stack, envelope: dict[str, Any], times: int) -> None:
    """Put an event on the bus again."""
    entry = {
        "EventBusName": deployed.outputs["EventBusName"],
        "Source": "yafdp.ordering",
        "DetailType": envelope["type"],
        "Detail": json.dumps(envelope),
    }
    answer = deployed.client("events").put_events(Entries=[entry] * times)
    assert answer["FailedEntryCount"] == 0


def waiting(configured: Settings, *queues: str) -> int:
    """Messages in these queues: visible, in flight or delayed."""
    sqs, found = stack.client(configured, "sqs"), stack.resources(configured)
    kinds = ("", "NotVisible", "Delayed")
    names = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
    total = 0
    for queue in queues:
        attributes = sqs.get_queue_attributes(QueueUrl=found[queue], AttributeNames=names)["Attributes"]
        total += sum(int(attributes[name]) for name in names)
    return total


async def settled(configured: Settings) -> None:
    """Everything that was to be told has been told."""
    seen = 0

    async def look() -> bool:
        nonlocal seen
        # Between two queues a message is in a function's hands: empty several times in a row.
        seen = 0 if waiting(configured, "NotifyQueue", "MailQueue", "SmsQueue") else seen + 1
        return seen > 5

    await eventually(look)


async def test_an_order_s_mails_come_once_each_though_its_event_comes_three_times(
    platform: Platform, deployed: Stack, front_door: str, platform_settings: Settings
) -> None:
    customer, address = await reachable_customer(platform, deployed)
    order_id = await placed(customer, wanted())
    mail = await arrived(front_door, address, CONFIRMED)
    assert short(order_id) in mail["subject"]
    assert f"/#/orders/{order_id}" in mail["text"]
    assert f"/#/orders/{order_id}" in mail["html"]
    tell_again(deployed, recorded(deployed, order_id, "OrderConfirmed"), times=3)
    declined = await placed(customer, wanted(paymentMethod="pm_card_declined"))
    rejection = await arrived(front_door, address, REJECTED)
    assert short(declined) in rejection["subject"]
    assert "Your card was declined." in rejection["text"]
    await settled(platform_settings)
    assert len(await sent(front_door, address)) == 2


async def test_a_customer_whose_bank_asks_for_them_is_told_by_mail_until_when(
    platform: Platform, deployed: Stack, front_door: str
) -> None:
    customer, address = await reachable_customer(platform, deployed)
    order_id = await placed(customer, wanted(paymentMethod="pm_needs_action"))
    mail = await arrived(front_door, address, "Confirm the payment")
    assert short(order_id) in mail["subject"]
    deadline = datetime.fromisoformat((await customer.get(f"/orders/{order_id}")).body["paymentAction"]["expiresAt"])
    assert f"by {deadline:%H:%M} UTC" in mail["text"]
    assert (await customer.post(f"/orders/{order_id}/payment-confirmation")).status == 200
    assert short(order_id) in (await arrived(front_door, address, CONFIRMED))["subject"]


async def test_messages_go_by_the_channels_that_the_customer_wants(
    platform: Platform, deployed: Stack, front_door: str, platform_settings: Settings
) -> None:
    number = f"+4930231{uuid.uuid4().int % 100_000:05}"
    customer, address = await reachable_customer(platform, deployed, number=number)
    view = await prefer(customer, sms=["OrderRejected"])
    assert view["contacts"]["sms"] == {"to": number, "problem": None}
    await ended(customer, await placed(customer, wanted(paymentMethod="pm_card_declined")))
    text = await arrived(front_door, number, REJECTED)
    assert text["channel"] == "SMS"
    assert text["text"].endswith("Your card was declined.")
    await settled(platform_settings)
    assert await sent(front_door, address) == []


async def test_quiet_hours_hold_back_a_confirmation_and_not_a_rejection(
    platform: Platform, deployed: Stack, front_door: str, platform_settings: Settings
) -> None:
    customer, address = await reachable_customer(platform, deployed)
    # Until the turn of a minute that leaves a cold platform time for both orders.
    end = (datetime.now(UTC) + timedelta(seconds=85)).replace(second=0, microsecond=0)
    hours = {"starts": f"{end - timedelta(hours=2):%H:%M}", "ends": f"{end:%H:%M}", "timeZone": "UTC"}
    await prefer(customer, email=EVERY_KIND, quietHours=hours)
    await placed(customer, wanted())
    await ended(customer, await placed(customer, wanted(paymentMethod="pm_card_declined")))
    assert await arrived(front_door, address, REJECTED)
    held = datetime.now(UTC) < end and not [m for m in await sent(front_door, address) if CONFIRMED in m["subject"]]
    mail = await eventually_after(end, front_door, address)
    assert mail["at"] >= end.timestamp()
    assert held
    await settled(platform_settings)
    assert len(await sent(front_door, address)) == 2


async def eventually_after(end: datetime, front_door: str, address: str) -> dict[str, Any]:
    """The confirmation, which comes after a moment that may be more than a minute away."""
    await asyncio.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()))
    return await arrived(front_door, address, CONFIRMED)


@pytest.fixture
def refused_by_ses(deployed: Stack, platform_settings: Settings) -> Iterator[Callable[[], None]]:
    """SES refuses the mail function, until what this gives is called."""
    role = stack.resources(platform_settings)["MailFunctionRole"]
    refusal = {"Effect": "Deny", "Action": "ses:SendEmail", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": refusal})
    iam = deployed.client("iam")
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)

    def repair() -> None:
        with suppress(iam.exceptions.NoSuchEntityException):
            iam.delete_role_policy(RoleName=role, PolicyName="broken")

    yield repair
    repair()


async def test_a_mail_channel_that_fails_delays_no_page_and_loses_no_mail(
    platform: Platform,
    deployed: Stack,
    front_door: str,
    platform_settings: Settings,
    refused_by_ses: Callable[[], None],
) -> None:
    customer, address = await reachable_customer(platform, deployed)
    async with customer.updates() as socket:
        order_id = await placed(customer, wanted())
        assert (await pushed(socket, order_id, last=7))[-1]["status"] == "CONFIRMED"

    async def dead() -> int:
        return waiting(platform_settings, "MailDeadLetterQueue")

    await eventually(dead)
    assert await sent(front_door, address) == []
    refused_by_ses()
    sqs, url = deployed.client("sqs"), stack.resources(platform_settings)["MailDeadLetterQueue"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    sqs.start_message_move_task(SourceArn=arn["Attributes"]["QueueArn"])
    assert short(order_id) in (await arrived(front_door, address, CONFIRMED))["subject"]
    assert waiting(platform_settings, "MailDeadLetterQueue") == 0


async def test_an_address_that_mail_comes_back_from_is_left_alone(
    platform: Platform, deployed: Stack, front_door: str, platform_settings: Settings
) -> None:
    bouncing = f"bounce+{uuid.uuid4()}@simulator.amazonses.com"
    customer, address = await reachable_customer(platform, deployed, address=bouncing)
    await placed(customer, wanted())
    await arrived(front_door, address, CONFIRMED)

    async def bounced() -> bool:
        contacts = (await customer.get("/me/notifications")).body["contacts"]
        return bool(contacts["email"]["problem"] == "bounced")

    await eventually(bounced)
    await ended(customer, await placed(customer, wanted(paymentMethod="pm_card_declined")))
    await settled(platform_settings)
    assert len(await sent(front_door, address)) == 1


async def test_preferences_are_replaced_only_by_who_has_read_them(platform: Platform, deployed: Stack) -> None:
    customer, address = await reachable_customer(platform, deployed)
    first = await customer.get("/me/notifications")
    assert first.body["contacts"]["email"] == {"to": address, "problem": None}
    form = {"email": ["OrderRejected"], "sms": []}
    assert (await customer.call("PUT", "/me/notifications", json_body=form)).status == 428
    stale = {"If-Match": first.headers["ETag"]}
    changed = await customer.call("PUT", "/me/notifications", json_body=form, headers=stale)
    assert changed.status == 200
    assert (await customer.call("PUT", "/me/notifications", json_body=form, headers=stale)).status == 412
    again = await customer.get("/me/notifications", headers={"If-None-Match": changed.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "form",
    [
        {"email": ["OrderOfTomorrow"], "sms": []},
        {"email": []},
        {"email": [], "sms": [], "phoneNumber": "+1"},
        {"email": [], "sms": [], "quietHours": {"starts": "25:00", "ends": "07:00", "timeZone": "UTC"}},
        {"email": [], "sms": [], "quietHours": {"starts": "22:00", "ends": "07:00", "timeZone": "Europe/Atlantis"}},
    ],
)
async def test_preferences_that_mean_nothing_are_refused(alice: Session, form: dict[str, Any]) -> None:
    read = await alice.get("/me/notifications")
    headers = {"If-Match": read.headers["ETag"]}
    answer = await alice.call("PUT", "/me/notifications", json_body=form, headers=headers)
    assert (answer.status, answer.body["type"].rpartition("/")[2]) == (400, "invalid-request")
    assert (await alice.get("/me/notifications")).headers["ETag"] == read.headers["ETag"]
