"""One order, one correlation id: from the click through every function to the push."""

import asyncio
import uuid

import aiohttp

from local.client import Session
from tests.e2e.orders import ended, history, placed, pushed, wanted

# The functions that an order passes on its way to CONFIRMED.
ON_THE_WAY = {
    "place-order",
    "intake",
    "pricing",
    "catalog-lookup",
    "stock",
    "payments",
    "kitchen-tickets",
    "kitchen-answers",
    "couriers",
    "advance-order",
    "notify",
    "push",
}


async def test_the_correlation_id_of_the_click_is_in_every_push_and_answer(alice: Session) -> None:
    mine = f"click-{uuid.uuid4()}"
    async with alice.updates() as socket:
        answer = await alice.post("/orders", wanted(), headers={"X-Correlation-Id": mine})
        updates = await pushed(socket, answer.body["orderId"], last=7)
    assert answer.headers["X-Correlation-Id"] == mine
    assert {update["correlationId"] for update in updates} == {mine}


async def test_the_traces_of_an_order_name_every_function_that_it_passed(alice: Session, front_door: str) -> None:
    mine = f"click-{uuid.uuid4()}"
    async with alice.updates() as socket:
        answer = await alice.post("/orders", wanted(), headers={"X-Correlation-Id": mine})
        await pushed(socket, answer.body["orderId"], last=7)
    async with asyncio.timeout(20), aiohttp.ClientSession() as http:
        seen: set[str] = set()
        while not seen >= ON_THE_WAY:
            async with http.get(f"{front_door}/_local/traces", params={"correlationId": mine}) as found:
                document = await found.text()
            seen = {name for name in ON_THE_WAY if f"-{name}" in document}
            await asyncio.sleep(0.2)


async def test_an_unsafe_correlation_id_is_replaced(alice: Session) -> None:
    answer = await alice.get("/orders", headers={"X-Correlation-Id": "no spaces, please"})
    assert answer.headers["X-Correlation-Id"] != "no spaces, please"


async def test_events_name_what_caused_them(alice: Session) -> None:
    order_id = await placed(alice, wanted())
    await ended(alice, order_id)
    occurred = [event["occurredAt"] for event in await history(alice, order_id)]
    assert occurred == sorted(occurred)
