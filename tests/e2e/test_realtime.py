"""The WebSocket: who gets in, and that every state is pushed as it happens."""

import asyncio

import aiohttp
import pytest

from local.client import Platform, Session
from tests.e2e.orders import ended, history, placed, pushed, wanted


async def test_every_state_of_an_order_is_pushed_as_its_journal_has_it(alice: Session) -> None:
    async with alice.updates() as socket:
        order_id = await placed(alice, wanted())
        updates = await pushed(socket, order_id, last=7)
    events = await history(alice, order_id)
    told = ("sequence", "type", "status", "occurredAt", "data")
    assert [{name: update[name] for name in told} for update in updates] == events


async def test_a_rejection_is_pushed_with_its_reason(alice: Session) -> None:
    async with alice.updates() as socket:
        order_id = await placed(alice, wanted(paymentMethod="pm_card_declined"))
        updates = await pushed(socket, order_id, last=5)
    assert [update["type"] for update in updates[-2:]] == ["OrderFailing", "OrderRejected"]
    assert updates[-1]["status"] == "REJECTED"
    assert updates[-1]["data"]["reason"] == "Your card was declined."


async def test_all_of_a_customers_connections_are_told_and_nobody_elses(alice: Session, bob: Session) -> None:
    async with alice.updates() as phone, alice.updates() as laptop, bob.updates() as stranger:
        order_id = await placed(alice, wanted())
        assert len(await pushed(phone, order_id, last=7)) == 7
        assert len(await pushed(laptop, order_id, last=7)) == 7
        theirs = await placed(bob, wanted())
        seen = {update["orderId"] for update in await pushed(stranger, theirs, last=7)}
        assert seen == {theirs}
        # Whatever the stranger received besides would have come before the last of these seven.
        with pytest.raises(asyncio.TimeoutError):
            await stranger.receive_str(timeout=0.5)


async def test_a_connection_that_is_gone_holds_up_no_other(alice: Session) -> None:
    async with alice.updates() as staying:
        async with alice.updates() as leaving:
            leaving._response.connection.transport.abort()  # type: ignore[union-attr]
        order_id = await placed(alice, wanted())
        assert [update["sequence"] for update in await pushed(staying, order_id, last=7)] == list(range(1, 8))


@pytest.mark.parametrize("ticket", [None, "", "made-up"])
async def test_without_a_ticket_of_ours_nobody_gets_in(platform: Platform, ticket: str | None) -> None:
    url = platform.config["webSocketUrl"] + ("" if ticket is None else f"?ticket={ticket}")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with platform.socket(url):
            pass
    assert refusal.value.status in {401, 403}


async def test_a_ticket_is_good_for_one_connection(alice: Session) -> None:
    url = (await alice.post("/realtime/tickets")).body["url"]
    async with alice.platform.socket(url):
        pass
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with alice.platform.socket(url):
            pass


async def test_a_foreign_page_gets_nowhere_and_does_not_use_the_ticket_up(alice: Session, front_door: str) -> None:
    url = (await alice.post("/realtime/tickets")).body["url"]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with alice.platform.socket(url, origin="https://evil.example"):
            pass
    async with alice.platform.socket(url, origin=front_door):
        order_id = await placed(alice, wanted())
        await ended(alice, order_id)
