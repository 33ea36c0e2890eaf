"""The REST API from containers: `sam local start-api`, with the running platform's data and users."""

import asyncio
import time

import aiohttp

from local.client import Session
from local.order import ADDRESS
from local.seed import AUTOMATIC
from local.stack import Stack
from tests.e2e import gateway_events as gateway

ORDER = {
    "restaurantId": AUTOMATIC,
    "items": [{"itemId": "margherita", "quantity": 2}],
    "deliveryAddress": ADDRESS,
    "paymentMethod": "pm_card_ok",
}
PATIENCE = 60.0  # seconds for the saga, which does not run in containers


def signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def place(containers: aiohttp.ClientSession, customer: Session) -> str:
    """Places an order in containers; gives its id."""
    async with containers.post("/orders", json=ORDER, headers=signed(customer.token)) as answer:
        assert answer.status == 202, await answer.text()
        receipt = await answer.json()
    assert receipt["status"] == "RECEIVED"
    assert answer.headers["Location"] == f"/orders/{receipt['orderId']}"
    order_id: str = receipt["orderId"]
    return order_id


async def test_an_order_placed_in_a_container_goes_its_whole_way_and_reads_the_same_in_both_places(
    containers: aiohttp.ClientSession, alice: Session
) -> None:
    order_id = await place(containers, alice)

    deadline = time.monotonic() + PATIENCE
    while (order := await alice.get(f"/orders/{order_id}")).body["status"] != "CONFIRMED":
        assert time.monotonic() < deadline, order.body
        await asyncio.sleep(0.2)

    async with containers.get(f"/orders/{order_id}", headers=signed(alice.token)) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] == order.headers["ETag"]
        assert await answer.json() == order.body


async def test_a_container_does_not_show_an_order_to_somebody_else(
    containers: aiohttp.ClientSession, alice: Session, bob: Session
) -> None:
    order_id = await place(containers, alice)
    async with containers.get(f"/orders/{order_id}", headers=signed(bob.token)) as answer:
        assert answer.status == 404
        assert answer.content_type == "application/problem+json"


async def test_containers_take_a_payment_gateways_event_that_is_signed_and_no_other(
    containers: aiohttp.ClientSession, alice: Session, deployed: Stack
) -> None:
    order_id = await place(containers, alice)
    body = gateway.event(order_id)
    for secret, status in ((next(iter(gateway.secrets(deployed).values())), 202), ("whsec_of_somebody_else", 401)):
        headers = gateway.signed(body, secret)
        async with containers.post(gateway.PATH, data=body.encode(), headers=headers) as answer:
            assert answer.status == status, await answer.text()


async def test_containers_answer_what_was_taken_over_from_the_old_system_in_its_words(
    containers: aiohttp.ClientSession,
) -> None:
    async with containers.get("/coupons/NOBODYS") as answer:
        assert (answer.status, answer.content_type) == (200, "text/xml")
        assert '<fehler nr="17">' in await answer.text()


async def test_what_no_function_answers_is_refused(containers: aiohttp.ClientSession) -> None:
    for method, path in (("GET", "/kontakt"), ("PATCH", "/orders")):
        async with containers.request(method, path) as answer:
            assert answer.status == 403


async def test_containers_ask_for_a_token_where_the_contract_does(containers: aiohttp.ClientSession) -> None:
    async with containers.post("/orders", json=ORDER) as answer:
        assert answer.status == 401
    async with containers.get("/restaurants") as answer:
        assert answer.status == 200


async def test_a_token_with_a_changed_claim_is_refused(containers: aiohttp.ClientSession, alice: Session) -> None:
    head, claims, signature = alice.token.split(".")
    changed = claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB")
    async with containers.post("/orders", json=ORDER, headers=signed(f"{head}.{changed}.{signature}")) as answer:
        assert answer.status == 403
