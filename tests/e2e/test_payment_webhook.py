"""The payment gateway's webhook: what is signed gets in and has its effect once; what is not is refused."""

import asyncio
import json

import pytest

from local.client import Platform, Session
from local.stack import Stack
from tests.e2e import gateway_events as gateway
from tests.e2e.books import books, settled
from tests.e2e.orders import ended, placed, wanted

NOBODYS = "00000000-0000-4000-8000-000000000000"
PROBLEM = "https://yafdp.dev/problems/"


async def paid(session: Session) -> str:
    """The id of an order that is paid for."""
    order_id = await placed(session, wanted())
    assert (await ended(session, order_id))["status"] == "CONFIRMED"
    return order_id


def secret(deployed: Stack) -> str:
    """One that is active."""
    return next(iter(gateway.secrets(deployed).values()))


async def test_a_refund_at_the_gateway_is_written_down_once_however_often_it_is_told(
    platform: Platform, alice: Session, deployed: Stack
) -> None:
    order_id = await paid(alice)
    early = await gateway.send(platform, gateway.event(order_id), secret(deployed))
    assert early.status == 202
    gateway.put_charge(deployed, order_id, "REFUNDED")
    body = gateway.event(order_id)
    for answer in [await gateway.send(platform, body, secret(deployed)) for _ in range(3)]:
        assert (answer.status, answer.body) == (202, {"eventId": json.loads(body)["id"]})
    assert (await settled(deployed, order_id, payment="REFUNDED"))["payment"] == "REFUNDED"
    told = gateway.history(deployed, order_id)
    assert [event["type"]["S"] for event in told] == ["PaymentAuthorised", "PaymentCaptured", "PaymentRefunded"]


async def test_a_forged_a_stale_and_an_unsigned_event_change_nothing(
    platform: Platform, alice: Session, deployed: Stack
) -> None:
    order_id = await paid(alice)
    gateway.put_charge(deployed, order_id, "REFUNDED")
    body, active = gateway.event(order_id), secret(deployed)
    refused = [
        await gateway.send(platform, body, "whsec_of_somebody_else"),
        await gateway.send(platform, body, active, age=400),
        await gateway.send(platform, body, active, age=-400),
        await platform.call("POST", gateway.PATH, text=body),
        await platform.call("POST", gateway.PATH, text=body, headers={"Stripe-Signature": "t=1,v1="}),
    ]
    for answer in refused:
        assert (answer.status, answer.body["type"]) == (401, f"{PROBLEM}invalid-signature")
        assert answer.headers["Content-Type"] == "application/problem+json"
    invalid = await gateway.send(platform, "no event", active)
    assert (invalid.status, invalid.body["type"]) == (400, f"{PROBLEM}invalid-request")
    large = await gateway.send(platform, body + " " * 200_000, active)
    assert (large.status, large.body["type"]) == (413, f"{PROBLEM}payload-too-large")
    assert books(deployed, order_id)["payment"] == "CAPTURED"


async def test_a_body_is_checked_byte_for_byte_whatever_its_letters(platform: Platform, deployed: Stack) -> None:
    body = gateway.event(NOBODYS).replace('"object"', '"name": "Müller \U0001f355 ",  "object"')
    assert (await gateway.send(platform, body, secret(deployed))).status == 202


@pytest.fixture
def active(deployed: Stack) -> dict[str, str]:
    """The secrets before a test that rotates them."""
    return gateway.secrets(deployed)


async def test_secrets_are_rotated_without_a_deployment_and_without_a_refusal(
    platform: Platform, deployed: Stack, active: dict[str, str]
) -> None:
    (old,) = active.values()
    body, new = gateway.event(NOBODYS), "whsec_the_next_one"

    async def accepted(with_secret: str) -> bool:
        return (await gateway.send(platform, body, with_secret)).status == 202

    async def soon_accepted(with_secret: str) -> None:
        async with asyncio.timeout(90):
            while not await accepted(with_secret):
                await asyncio.sleep(1)

    try:
        assert not await accepted(new)
        gateway.rotate(deployed, active | {"second": new})
        # A sandbox that has looked a moment ago waits ten seconds before it looks again; a gateway would send again.
        await soon_accepted(new)
        assert await accepted(old)
        gateway.rotate(deployed, {"second": new})
        assert await accepted(new)
        async with asyncio.timeout(90):
            while await accepted(old):
                await gateway.send(platform, body, "whsec_forged")
                await asyncio.sleep(1)
    finally:
        gateway.rotate(deployed, active)
        await soon_accepted(old)
