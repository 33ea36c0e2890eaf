"""POST /orders at its door: idempotency keys, what is refused before any function runs, and whose orders are whose."""

import asyncio
import uuid

import pytest

from local.client import Platform, Session
from local.stack import Stack
from tests.e2e.orders import ended, placed, wanted


async def test_fifty_submissions_with_one_key_are_one_order(alice: Session, deployed: Stack) -> None:
    key = str(uuid.uuid4())
    ids = await asyncio.gather(*(placed(alice, wanted(), key) for _ in range(50)))
    assert len(set(ids)) == 1
    order = await ended(alice, ids[0])
    assert order["status"] == "CONFIRMED"
    events = await alice.get(f"/orders/{ids[0]}/events")
    assert [event["sequence"] for event in events.body["items"]] == list(range(1, 8))
    mine = await alice.get("/orders?limit=100")
    assert [entry["orderId"] for entry in mine.body["items"]].count(ids[0]) == 1


async def test_the_same_key_for_another_order_is_422(alice: Session) -> None:
    key = str(uuid.uuid4())
    order_id = await placed(alice, wanted(quantity=1), key)
    answer = await alice.post("/orders", wanted(quantity=2), headers={"Idempotency-Key": key})
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["type"].endswith("/idempotency-key-reused")
    assert (await ended(alice, order_id))["items"][0]["quantity"] == 1


async def test_two_customers_may_use_the_same_key_for_the_same_order(alice: Session, bob: Session) -> None:
    key = str(uuid.uuid4())
    assert await placed(alice, wanted(), key) != await placed(bob, wanted(), key)


async def test_without_a_key_each_submission_is_an_order(alice: Session) -> None:
    assert await placed(alice, wanted()) != await placed(alice, wanted())


MALFORMED = {
    "no items": ({"restaurantId": "r", "deliveryAddress": wanted()["deliveryAddress"]}, "items"),
    "empty items": (wanted(items=[]), "items"),
    "quantity of zero": (wanted(quantity=0), "quantity"),
    "quantity as text": (wanted(items=[{"itemId": "margherita", "quantity": "2"}]), "quantity"),
    "98 lines": (wanted(items=[{"itemId": f"i{n}", "quantity": 1} for n in range(98)]), "items"),
    "a price from the client": (wanted(total={"amount": 1, "currency": "EUR"}), "total"),
    "country in words": (wanted(deliveryAddress=wanted()["deliveryAddress"] | {"country": "Germany"}), "country"),
    "no such coordination": (wanted(coordination="wishful"), "coordination"),
}


@pytest.mark.parametrize(("body", "field"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_400_and_names_the_field(alice: Session, body: object, field: str) -> None:
    answer = await alice.post("/orders", body)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["type"].endswith("/invalid-request")
    assert field in answer.body["detail"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"order"'])
async def test_a_body_that_is_no_order_at_all_is_400(alice: Session, text: str) -> None:
    answer = await alice.call("POST", "/orders", text=text)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")


async def test_a_malformed_body_is_refused_before_any_function_runs(alice: Session, deployed: Stack) -> None:
    before = await _invocations(deployed)
    await asyncio.gather(*(alice.post("/orders", body) for body, _ in MALFORMED.values()))
    assert await _invocations(deployed) == before
    await placed(alice, wanted())
    assert await _invocations(deployed) == before + 1


async def test_an_item_named_twice_is_400_and_points_at_the_second(alice: Session) -> None:
    twice = [{"itemId": "margherita", "quantity": 1}, {"itemId": "margherita", "quantity": 2}]
    answer = await alice.post("/orders", wanted(items=twice))
    assert answer.status == 400
    assert answer.body["errors"][0]["pointer"] == "/items/1/itemId"


async def test_a_key_that_is_too_long_is_400(alice: Session) -> None:
    answer = await alice.post("/orders", wanted(), headers={"Idempotency-Key": "k" * 129})
    assert answer.status == 400
    assert "128" in answer.body["detail"]


PRIVATE = [
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/{id}"),
    ("GET", "/orders/{id}/events"),
    ("POST", "/realtime/tickets"),
]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
@pytest.mark.parametrize("token", [None, "nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."])
async def test_without_a_valid_token_nothing_private_answers(
    platform: Platform, method: str, path: str, token: str | None
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = wanted() if path == "/orders" and method == "POST" else None
    answer = await platform.call(method, path.format(id=uuid.uuid4()), json_body=body, headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")


async def test_another_customers_order_looks_like_none(alice: Session, bob: Session) -> None:
    order_id = await placed(alice, wanted())
    for path in (f"/orders/{order_id}", f"/orders/{order_id}/events"):
        theirs, nobodys = await bob.get(path), await bob.get(path.replace(order_id, str(uuid.uuid4())))
        assert theirs.status == nobodys.status == 404
        assert theirs.body["title"] == nobodys.body["title"]
    mine = await bob.get("/orders?limit=100")
    assert order_id not in [order["orderId"] for order in mine.body["items"]]


async def test_an_order_that_has_not_changed_is_304(alice: Session) -> None:
    order_id = await placed(alice, wanted())
    await ended(alice, order_id)
    first = await alice.get(f"/orders/{order_id}")
    again = await alice.get(f"/orders/{order_id}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, None)
    changed = await alice.get(f"/orders/{order_id}", headers={"If-None-Match": '"1"'})
    assert changed.status == 200


async def test_pages_of_orders_follow_each_other_without_gap_or_repeat(alice: Session) -> None:
    await asyncio.gather(*(placed(alice, wanted()) for _ in range(5)))
    whole = (await alice.get("/orders?limit=5")).body["items"]
    first = (await alice.get("/orders?limit=2")).body
    second = (await alice.get(f"/orders?limit=3&cursor={first['cursor']}")).body
    assert [order["orderId"] for order in first["items"] + second["items"]] == [order["orderId"] for order in whole]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", "cursor=nonsense"])
async def test_a_page_that_cannot_be_is_400(alice: Session, query: str) -> None:
    answer = await alice.get(f"/orders?{query}")
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")


async def test_a_cursor_of_another_customer_is_400(alice: Session, bob: Session) -> None:
    await asyncio.gather(*(placed(alice, wanted()) for _ in range(2)))
    cursor = (await alice.get("/orders?limit=1")).body["cursor"]
    assert (await bob.get(f"/orders?cursor={cursor}")).status == 400


async def test_a_path_that_does_not_exist_is_404(alice: Session) -> None:
    # The old system says so here, in its own way; test_legacy_facade.py has what is answered where there is none.
    assert (await alice.get("/no/such/thing")).status == 404


async def _invocations(deployed: Stack) -> int:
    """How often the function behind POST /orders has run, by its log, which comes a moment after the answer."""
    counted = -1
    while (now := _logged(deployed)) != counted:
        counted = now
        await asyncio.sleep(1)
    return counted


def _logged(deployed: Stack) -> int:
    pages = (
        deployed.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"/{deployed.name}/ordering", filterPattern="handled")
    )
    name = f'"{deployed.name}-place-order"'
    return sum(name in event["message"] for page in pages for event in page["events"])
