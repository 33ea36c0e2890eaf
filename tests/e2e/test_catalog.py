"""The catalog through its door: browsing by anybody, editing by role and by version, and what orders feel of it."""

import asyncio
import uuid
from typing import Any

import pytest

from local import seed
from local.client import Answer, Platform, Session
from local.stack import Stack
from tests.e2e.books import stock
from tests.e2e.orders import ended, placed, wanted

MISO: dict[str, Any] = {"name": "Miso soup", "price": {"amount": 420, "currency": "EUR"}}


@pytest.fixture
async def admin(platform: Platform) -> Session:
    return await platform.demo_session("admin@example.com")


@pytest.fixture
async def staff(platform: Platform) -> Session:
    """Of the restaurant that answers by hand."""
    return await platform.demo_session("kitchen@example.com")


@pytest.fixture
async def place(admin: Session) -> str:
    """The path of a restaurant of the test's own."""
    answer = await admin.post("/restaurants", a_restaurant())
    assert answer.status == 201, answer.body
    return str(answer.headers["Location"])


def a_restaurant(**changes: Any) -> dict[str, Any]:
    name = f"Test {uuid.uuid4()}"
    return {"name": name, "cuisine": "testing", "timeZone": "UTC", "automaticAcceptance": True} | changes


async def put(session: Session, path: str, body: Any, tag: str | None = None) -> Answer:
    return await session.call("PUT", path, json_body=body, headers={"If-Match": tag} if tag else {})


async def delete(session: Session, path: str, tag: str | None = None) -> Answer:
    return await session.call("DELETE", path, headers={"If-Match": tag} if tag else {})


def is_problem(answer: Answer, status: int, kind: str) -> bool:
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.body["type"]).endswith(f"/{kind}")


async def test_everybody_may_browse(platform: Platform) -> None:
    for path in ("", f"/{seed.AUTOMATIC}", f"/{seed.AUTOMATIC}/items", f"/{seed.AUTOMATIC}/items/margherita"):
        assert (await platform.call("GET", f"/restaurants{path}")).status == 200


async def test_restaurants_are_found_by_cuisine_and_by_what_their_name_begins_with(platform: Platform) -> None:
    for query in ("name=TRATTÒR", "cuisine=Italian&name=trat", "name=trattoria%20auto"):
        answer = await platform.call("GET", f"/restaurants?{query}")
        assert [found["restaurantId"] for found in answer.body["items"]] == [seed.AUTOMATIC], query
    assert (await platform.call("GET", "/restaurants?cuisine=japanese&name=trat")).body["items"] == []


async def test_pages_of_a_search_follow_each_other(platform: Platform, admin: Session) -> None:
    word = f"Zz{uuid.uuid4().hex}"
    await asyncio.gather(*(admin.post("/restaurants", a_restaurant(name=f"{word} {number}")) for number in range(3)))
    first = (await platform.call("GET", f"/restaurants?name={word}&limit=2")).body
    second = (await platform.call("GET", f"/restaurants?name={word}&limit=2&cursor={first['cursor']}")).body
    found = [restaurant["name"] for restaurant in first["items"] + second["items"]]
    assert found == [f"{word} {number}" for number in range(3)]
    elsewhere = await platform.call("GET", f"/restaurants?name=trat&cursor={first['cursor']}")
    assert is_problem(elsewhere, 400, "invalid-request")


async def test_a_restaurant_is_made_edited_and_deleted(admin: Session, platform: Platform) -> None:
    new = a_restaurant(openingHours=[{"day": "FRIDAY", "opens": "22:00", "closes": "05:00"}])
    made = await admin.post("/restaurants", new)
    assert (made.status, made.body["openingHours"]) == (201, new["openingHours"])
    path = made.headers["Location"]
    shown = await platform.call("GET", path)
    assert (shown.headers["ETag"], shown.body["name"]) == (made.headers["ETag"], new["name"])
    unchanged = await platform.call("GET", path, headers={"If-None-Match": made.headers["ETag"]})
    assert (unchanged.status, unchanged.body) == (304, None)
    edited = await put(admin, path, a_restaurant(name="Renamed", paused=True), made.headers["ETag"])
    assert (edited.status, edited.body["name"], edited.body["open"]) == (200, "Renamed", False)
    assert is_problem(await delete(admin, path, made.headers["ETag"]), 412, "precondition-failed")
    assert (await delete(admin, path, edited.headers["ETag"])).status == 204
    assert is_problem(await platform.call("GET", path), 404, "not-found")
    again = new | {"restaurantId": made.body["restaurantId"]}
    assert is_problem(await admin.post("/restaurants", again), 409, "conflict")


async def test_staff_keep_the_menu_of_their_own_restaurant(staff: Session, platform: Platform) -> None:
    items, item_id = f"/restaurants/{seed.MANUAL}/items", f"miso-{uuid.uuid4().hex}"
    made = await staff.post(items, MISO | {"itemId": item_id, "stock": 5})
    assert (made.status, made.headers["Location"]) == (201, f"{items}/{item_id}")
    path = made.headers["Location"]
    assert is_problem(await put(staff, path, MISO), 428, "precondition-required")
    edited = await put(staff, path, MISO | {"available": False}, made.headers["ETag"])
    assert (edited.status, edited.body["available"], edited.body["stock"]) == (200, False, 5)
    assert is_problem(await put(staff, path, MISO, made.headers["ETag"]), 412, "precondition-failed")
    assert (await delete(staff, path, edited.headers["ETag"])).status == 204
    assert is_problem(await platform.call("GET", path), 404, "not-found")


WRITES = [
    ("POST", "/restaurants", a_restaurant()),
    ("PUT", f"/restaurants/{seed.AUTOMATIC}", a_restaurant()),
    ("DELETE", f"/restaurants/{seed.AUTOMATIC}", None),
    ("POST", f"/restaurants/{seed.AUTOMATIC}/items", MISO),
    ("PUT", f"/restaurants/{seed.AUTOMATIC}/items/margherita", MISO),
    ("DELETE", f"/restaurants/{seed.AUTOMATIC}/items/margherita", None),
    ("POST", f"/restaurants/{seed.AUTOMATIC}/items/margherita/stock", {"change": 1}),
]


@pytest.mark.parametrize("user", ["alice@example.com", "courier@example.com", "kitchen@example.com"])
async def test_only_admins_and_the_restaurants_own_staff_may_write(platform: Platform, user: str) -> None:
    session = await platform.demo_session(user)
    for method, path, body in WRITES:
        answer = await session.call(method, path, json_body=body, headers={"If-Match": f'"{seed.SEEDED}"'})
        assert is_problem(answer, 403, "forbidden"), (method, path)


async def test_without_a_token_nothing_may_be_written(platform: Platform) -> None:
    for method, path, body in WRITES:
        answer = await platform.call(method, path, json_body=body, headers={"If-Match": f'"{seed.SEEDED}"'})
        assert is_problem(answer, 401, "unauthorized"), (method, path)


async def test_of_many_editors_of_one_version_exactly_one_succeeds(admin: Session, place: str) -> None:
    tag = (await admin.get(place)).headers["ETag"]
    answers = await asyncio.gather(*(put(admin, place, a_restaurant(name=f"Edit {n}"), tag) for n in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    (winner,) = (answer for answer in answers if answer.status == 200)
    assert (await admin.get(place)).body["name"] == winner.body["name"]


MALFORMED = {
    "unknown field": a_restaurant(stars=5),
    "bad slug": a_restaurant(restaurantId="Bad Slug"),
    "bad time": a_restaurant(openingHours=[{"day": "MONDAY", "opens": "25:00", "closes": "26:00"}]),
    "bad day": a_restaurant(openingHours=[{"day": "Mon", "opens": "11:00", "closes": "12:00"}]),
    "wrong type": a_restaurant(paused="yes"),
    "no name": a_restaurant(name=""),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_restaurant_is_400(admin: Session, body: dict[str, Any]) -> None:
    assert is_problem(await admin.post("/restaurants", body), 400, "invalid-request")


MEANINGLESS = {
    "/timeZone": a_restaurant(timeZone="Europe/Hamburg"),
    "/openingHours/0/closes": a_restaurant(openingHours=[{"day": "MONDAY", "opens": "11:00", "closes": "11:00"}]),
    "/restaurantId": a_restaurant(name="寿司"),
}


@pytest.mark.parametrize(("pointer", "body"), MEANINGLESS.items(), ids=MEANINGLESS.keys())
async def test_what_no_schema_can_say_is_refused_at_its_field(
    admin: Session, pointer: str, body: dict[str, Any]
) -> None:
    answer = await admin.post("/restaurants", body)
    assert is_problem(answer, 400, "invalid-request")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


async def test_a_change_of_stock_counts_once_a_key_and_never_below_zero(admin: Session, place: str) -> None:
    path = (await admin.post(f"{place}/items", MISO | {"stock": 2})).headers["Location"]
    tag = (await admin.get(path)).headers["ETag"]
    key = {"Idempotency-Key": "delivery"}
    answers = await asyncio.gather(*(admin.post(f"{path}/stock", {"change": 3}, key) for _ in range(8)))
    assert {(answer.status, answer.body["stock"]) for answer in answers} == {(200, 5)}
    assert is_problem(await admin.post(f"{path}/stock", {"change": 4}, key), 422, "idempotency-key-reused")
    assert is_problem(await admin.post(f"{path}/stock", {"change": -6}), 409, "conflict")
    emptied = await asyncio.gather(*(admin.post(f"{path}/stock", {"change": -1}) for _ in range(8)))
    assert sorted(answer.status for answer in emptied) == [200] * 5 + [409] * 3
    shown = await admin.get(path)
    assert (shown.body["stock"], shown.headers["ETag"]) == (0, tag)


async def test_an_order_at_a_closed_restaurant_is_rejected_and_says_so(alice: Session) -> None:
    order = wanted(restaurantId=seed.CLOSED, items=[{"itemId": "peanuts", "quantity": 1}])
    outcome = await ended(alice, await placed(alice, order))
    assert (outcome["status"], outcome["reason"]) == ("REJECTED", "This restaurant is closed at the moment.")


async def test_an_order_of_an_item_that_is_not_available_is_rejected_and_says_so(
    alice: Session, admin: Session, place: str
) -> None:
    item = await admin.post(f"{place}/items", MISO | {"stock": 2, "available": False})
    restaurant_id = place.rpartition("/")[2]
    order = wanted(restaurantId=restaurant_id, items=[{"itemId": item.body["itemId"], "quantity": 1}])
    outcome = await ended(alice, await placed(alice, order))
    assert outcome["status"] == "REJECTED"
    assert outcome["reason"] == "An item of your order is not available at the moment."


async def test_an_order_at_a_new_restaurant_takes_its_stock_and_not_its_version(
    alice: Session, admin: Session, place: str, deployed: Stack
) -> None:
    item = await admin.post(f"{place}/items", MISO | {"stock": 5})
    restaurant_id, item_id = place.rpartition("/")[2], item.body["itemId"]
    order = wanted(restaurantId=restaurant_id, items=[{"itemId": item_id, "quantity": 2}])
    outcome = await ended(alice, await placed(alice, order))
    assert (outcome["status"], outcome["total"]["amount"]) == ("CONFIRMED", 2 * 420 + 299)
    assert stock(deployed, item_id, restaurant_id) == 3
    edited = await put(admin, item.headers["Location"], MISO | {"name": "Miso"}, item.headers["ETag"])
    assert (edited.status, edited.body["stock"]) == (200, 3)
