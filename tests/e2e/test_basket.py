"""The basket and its checkout, through HTTP on the running platform."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local import seed
from local.client import Answer, Platform, Session
from local.load import waiting_messages
from local.order import ADDRESS
from local.settings import Settings
from local.stack import Stack
from tests.e2e.books import books
from tests.e2e.customers import new_customer
from tests.e2e.orders import PATIENCE, ended


@pytest.fixture
async def carol(platform: Platform, deployed: Stack) -> Session:
    """A customer of this test alone, so that no other test has touched the basket."""
    return await new_customer(platform, deployed)


async def put(session: Session, item: str, quantity: int = 1, restaurant: str = seed.AUTOMATIC) -> Answer:
    return await session.call(
        "PUT", f"/basket/items/{item}", json_body={"restaurantId": restaurant, "quantity": quantity}
    )


async def check_out(session: Session, **changes: Any) -> Answer:
    return await session.post("/basket/checkout", {"deliveryAddress": ADDRESS} | changes)


async def confirmed(session: Session, order_id: str) -> dict[str, Any]:
    """The ended order; it exists as soon as ordering has heard of the checkout."""
    async with asyncio.timeout(PATIENCE):
        while (await session.get(f"/orders/{order_id}")).status == 404:
            await asyncio.sleep(0.1)
    return await ended(session, order_id)


async def test_a_basket_is_filled_changed_and_quoted_by_the_house(carol: Session) -> None:
    await put(carol, "margherita", 1)
    await put(carol, "lasagne", 1)
    answer = await put(carol, "margherita", 2)
    assert answer.status == 200
    assert answer.body["items"] == [{"itemId": "margherita", "quantity": 2}, {"itemId": "lasagne", "quantity": 1}]
    quote = answer.body["quote"]
    assert (quote["subtotal"]["amount"], quote["total"]["amount"]) == (3190, 3190)
    smaller = await carol.call("DELETE", "/basket/items/lasagne")
    assert smaller.body["quote"]["total"]["amount"] == 2199
    assert (await carol.call("DELETE", "/basket")).body["items"] == []


async def test_a_basket_survives_signing_out(platform: Platform, deployed: Stack) -> None:
    first = await new_customer(platform, deployed)
    await put(first, "margherita")
    # A session is a token and nothing else: another one is another sign-in.
    again = Session(platform, first.token)
    assert (await again.get("/basket")).body["items"] == [{"itemId": "margherita", "quantity": 1}]


async def test_a_second_restaurant_is_409_and_says_what_to_do(carol: Session) -> None:
    await put(carol, "margherita")
    answer = await put(carol, "ramen", restaurant=seed.MANUAL)
    assert (answer.status, answer.headers["Content-Type"]) == (409, "application/problem+json")
    assert answer.body["type"].endswith("/basket-of-another-restaurant")
    assert "DELETE /basket" in answer.body["detail"]


@pytest.mark.parametrize("body", [{}, {"restaurantId": "r"}, {"restaurantId": "r", "quantity": 0}, {"quantity": 1}])
async def test_a_malformed_line_is_400(carol: Session, body: dict[str, Any]) -> None:
    assert (await carol.call("PUT", "/basket/items/margherita", json_body=body)).status == 400


async def test_a_checkout_becomes_a_confirmed_order_at_the_price_that_was_shown(
    carol: Session, deployed: Stack
) -> None:
    shown = (await put(carol, "margherita", 2)).body["quote"]["total"]
    answer = await check_out(carol, note="ring twice")
    assert answer.status == 202
    order = await confirmed(carol, answer.body["orderId"])
    assert (order["status"], order["total"], order["note"]) == ("CONFIRMED", shown, "ring twice")
    assert books(deployed, order["orderId"])["payment"] == "CAPTURED"
    assert (await carol.get("/basket")).body["items"] == []


async def test_a_basket_that_is_checked_out_many_times_at_once_is_one_order(carol: Session) -> None:
    await put(carol, "margherita")
    answers = await asyncio.gather(*(check_out(carol) for _ in range(10)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body["orderId"] for answer in answers}) == 1
    await confirmed(carol, answers[0].body["orderId"])
    assert len((await carol.get("/orders")).body["items"]) == 1


async def test_an_empty_basket_is_409(carol: Session) -> None:
    answer = await check_out(carol)
    assert (answer.status, answer.body["type"].rsplit("/", 1)[1]) == (409, "basket-empty")


async def test_a_total_that_the_house_does_not_ask_for_is_409(carol: Session) -> None:
    await put(carol, "margherita", 2)
    answer = await check_out(carol, expectedTotal={"amount": 1, "currency": "EUR"})
    assert (answer.status, answer.body["type"].rsplit("/", 1)[1]) == (409, "price-changed")
    assert (await carol.get("/basket")).body["items"] != []


async def test_a_price_that_changes_between_checkout_and_intake_is_not_charged(carol: Session, deployed: Stack) -> None:
    await put(carol, "lasagne", 1)
    with ordering_stopped(deployed):
        order_id = (await check_out(carol)).body["orderId"]
        with price_of(deployed, "lasagne", 1390):
            start_ordering(deployed)
            order = await confirmed(carol, order_id)
    assert order["status"] == "REJECTED"
    assert order["reason"].startswith("The price has changed")
    assert books(deployed, order_id)["charge"] is None


async def test_what_could_not_be_had_is_in_the_basket_again(carol: Session) -> None:
    await put(carol, "margherita", 2)
    order_id = (await check_out(carol, paymentMethod="pm_card_declined")).body["orderId"]
    assert (await confirmed(carol, order_id))["status"] == "REJECTED"
    async with asyncio.timeout(PATIENCE):
        while not (basket := (await carol.get("/basket")).body)["items"]:
            await asyncio.sleep(0.1)
    assert basket["items"] == [{"itemId": "margherita", "quantity": 2}]


async def test_an_item_that_is_not_on_the_menu_is_said_in_the_basket_and_not_ordered(carol: Session) -> None:
    answer = await put(carol, "no-such-thing")
    assert (answer.status, answer.body["quote"], answer.body["issue"]["code"]) == (200, None, "UnknownItem")
    refused = await check_out(carol)
    assert (refused.status, refused.body["type"].rsplit("/", 1)[1]) == (409, "basket-unsellable")


async def test_without_a_token_there_is_no_basket(platform: Platform) -> None:
    calls = [
        ("GET", "/basket", None),
        ("DELETE", "/basket", None),
        ("PUT", "/basket/items/margherita", {"restaurantId": "r", "quantity": 1}),
        ("DELETE", "/basket/items/margherita", None),
        ("POST", "/basket/checkout", {"deliveryAddress": ADDRESS}),
    ]
    for method, path, body in calls:
        assert (await platform.call(method, path, json_body=body)).status == 401


async def test_checkouts_while_ordering_is_stopped_are_all_orders_once_it_starts(
    carol: Session, deployed: Stack, platform_settings: Settings
) -> None:
    checkouts = 100
    with ordering_stopped(deployed):
        ids = []
        for number in range(checkouts):
            await put(carol, "margherita", 1 + number % 3)
            ids.append((await check_out(carol, note=f"number {number}")).body["orderId"])
        async with asyncio.timeout(PATIENCE):
            while waiting_messages(platform_settings).get(queue_name(deployed)) != checkouts:
                await asyncio.sleep(0.2)
        assert (await carol.get(f"/orders/{ids[0]}")).status == 404
    async with asyncio.timeout(5 * PATIENCE):
        orders = [await confirmed(carol, order_id) for order_id in ids]
    assert [order["status"] for order in orders] == ["CONFIRMED"] * checkouts
    assert [order["note"] for order in orders] == [f"number {number}" for number in range(checkouts)]
    assert len(set(ids)) == checkouts
    mine = [page async for page in _pages(carol)]
    assert sorted(order["orderId"] for order in mine) == sorted(ids)


async def _pages(session: Session) -> AsyncIterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = (await session.get(f"/orders?limit=50{cursor}")).body
        for order in page["items"]:
            yield order
        cursor = f"&cursor={page['cursor']}" if page["cursor"] else None


def queue_name(deployed: Stack) -> str:
    """The order queue's."""
    return deployed.outputs["OrderQueueUrl"].rsplit("/", 1)[1]


@contextmanager
def ordering_stopped(deployed: Stack) -> Iterator[None]:
    """The intake takes nothing from its queue meanwhile."""
    _mapping(deployed, enabled=False)
    try:
        yield
    finally:
        start_ordering(deployed)


def start_ordering(deployed: Stack) -> None:
    """The intake takes from its queue again."""
    _mapping(deployed, enabled=True)


def _mapping(deployed: Stack, *, enabled: bool) -> None:
    lambdas, function = deployed.client("lambda"), f"{deployed.name}-intake"
    for mapping in lambdas.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]:
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)


@contextmanager
def price_of(deployed: Stack, item: str, cents: int) -> Iterator[None]:
    """The item costs something else meanwhile."""
    before = _set_price(deployed, item, cents)
    try:
        yield
    finally:
        _set_price(deployed, item, before)


def _set_price(deployed: Stack, item: str, cents: int) -> int:
    answer = deployed.client("dynamodb").update_item(
        TableName=deployed.outputs["CatalogTable"],
        Key={"pk": {"S": f"RESTAURANT#{seed.AUTOMATIC}"}, "sk": {"S": f"ITEM#{item}"}},
        UpdateExpression="SET #item.price.amount = :cents",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={":cents": {"N": str(cents)}},
        ReturnValues="UPDATED_OLD",
    )
    return int(answer["Attributes"]["item"]["M"]["price"]["M"]["amount"]["N"])
