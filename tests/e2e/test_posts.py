"""A post's life on the running platform: stored, mailed, enriched, pushed; and what of it survives which failure."""

import asyncio
import json
import re
import time
import urllib.request
import uuid
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.client import Platform, Session
from local.stack import Stack
from tests.e2e.customers import new_customer
from tests.e2e.inbox import PATIENCE, arrived, eventually, sent
from tests.faults import fault
from tests.shown import Show

BODY = "Trattoria Automatica in Naples bakes it with 250 g of flour and mozzarella, says Anna Schmidt. 🍕"
NAMED = {
    "dishes": ["pizza margherita"],
    "ingredients": ["flour"],
    "allergens": ["milk"],
    "quantities": ["250 g"],
    "locations": ["Naples"],
    "persons": ["Anna Schmidt"],
    "organisations": ["Trattoria Automatica"],
}


@pytest.fixture
async def author(platform: Platform, deployed: Stack) -> Session:
    """Somebody of this test alone."""
    return await new_customer(platform, deployed)


@pytest.fixture
def topic() -> str:
    """A topic of this test alone."""
    return f"t-{uuid.uuid4().hex[:12]}"


async def write(session: Session, topic: str, body: str = BODY, **more: Any) -> dict[str, Any]:
    """The answer to a new post."""
    answer = await session.post("/posts", {"title": "A Margherita", "body": body, "topic": topic} | more)
    assert answer.status == 201, answer.body
    return dict(answer.body)


async def enriched(session: Session, post_id: str) -> dict[str, Any]:
    """The post, once it has its entities."""

    async def look() -> dict[str, Any] | None:
        body = (await session.get(f"/posts/{post_id}")).body
        return body if "entities" in body else None

    return await eventually(look)


async def subscribed(session: Session, topic: str, front_door: str) -> str:
    """Subscribe, follow the link in the mail; the address that hears of the topic then."""
    answer = await session.post(f"/topics/{topic}/subscriptions")
    assert answer.status == 201, answer.body
    email = str(answer.body["email"])
    if answer.body["status"] == "pending":
        mail = await arrived(front_door, email, "Subscription Confirmation")
        await asyncio.to_thread(_follow, mail["text"])
    (found,) = (await session.get(f"/topics/{topic}/subscriptions")).body["items"]
    assert found == {"topic": topic, "email": email, "status": "confirmed"}
    return email


def _follow(text: str) -> None:
    (link,) = re.findall(r"http://\S+", text)
    with urllib.request.urlopen(link, timeout=10) as answer:
        assert answer.status == 200


async def subjects(front_door: str, email: str) -> list[str]:
    """Of every mail about posts to an address."""
    return [mail["subject"] for mail in await sent(front_door, email) if mail["subject"].startswith("New in")]


async def test_a_post_is_stored_mailed_to_its_topic_s_subscriber_only_enriched_and_pushed_to_the_open_page(
    platform: Platform,
    deployed: Stack,
    author: Session,
    topic: str,
    front_door: str,
    show: Show,
) -> None:
    reader, other = await new_customer(platform, deployed), await new_customer(platform, deployed)
    wanted = await subscribed(reader, topic, front_door)
    unwanted = await subscribed(other, f"{topic}-not", front_door)
    async with author.updates() as page, reader.updates() as stranger:
        # Every function has run once before: what is timed is a warm life.
        await _told(page, (await write(author, f"{topic}-before"))["postId"])
        started = time.perf_counter()

        async def timed(until: Awaitable[Any]) -> float:
            await until
            return (time.perf_counter() - started) * 1000

        made = await write(author, topic)
        stored = (time.perf_counter() - started) * 1000
        mailed, present, pushed = await asyncio.gather(
            timed(arrived(front_door, wanted, f"New in {topic}")),
            timed(enriched(author, made["postId"])),
            timed(_told(page, made["postId"])),
        )
        with pytest.raises(asyncio.TimeoutError):
            await stranger.receive_str(timeout=0.5)
    show(f"a post's life, from the click:  stored {stored:.0f} ms, in the subscriber's inbox {mailed:.0f} ms,")
    show(f"  entities in GET /posts/… {present:.0f} ms, pushed to the author's page {pushed:.0f} ms")
    assert made.keys() == {"postId", "createdAt", "author", "title", "body", "topic"}
    assert (await author.get(f"/posts/{made['postId']}")).body == made | {"entities": NAMED}
    assert await subjects(front_door, unwanted) == []
    assert await subjects(front_door, wanted) == [f"New in {topic}: A Margherita"]


async def _told(socket: Any, post_id: str) -> dict[str, Any]:
    """The push about the post."""
    async with asyncio.timeout(PATIENCE):
        while True:
            update = json.loads(await socket.receive_str())
            if update.get("postId") == post_id:
                assert (update["type"], update["sequence"]) == ("PostEnriched", 2)
                assert update["data"]["entities"] == NAMED
                return dict(update)


@contextmanager
def impatient(deployed: Stack) -> Iterator[None]:
    """What a dead recogniser held comes again after two seconds, not after its queue's three minutes."""
    sqs = deployed.client("sqs")
    url = next(url for url in sqs.list_queues()["QueueUrls"] if "EntityRecognitionQueue" in url)
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


async def test_with_the_recogniser_killed_the_post_is_there_and_mailed_and_enriched_once_it_lives_again(
    deployed: Stack, author: Session, topic: str, front_door: str, show: Show
) -> None:
    email = await subscribed(author, topic, front_door)
    async with author.updates() as page:
        with impatient(deployed), fault(deployed, "entity-recognition", kind="crash", matching=topic) as death:
            post_id = (await write(author, topic))["postId"]
            await death.met(2)
            await arrived(front_door, email, f"New in {topic}")
            during = (await author.get(f"/posts/{post_id}")).body
            listed = (await author.get(f"/posts?topic={topic}")).body["items"]
        assert "entities" not in during
        assert during["body"] == BODY
        assert [post["postId"] for post in listed] == [post_id]
        await _told(page, post_id)
    after = await enriched(author, post_id)
    assert after == during | {"entities": NAMED}
    show(f"recogniser killed {death.hits()} times: the post was there and mailed; revived: enriched and pushed")


async def test_the_cloud_s_recogniser_finds_persons_and_places_in_the_same_function(
    deployed: Stack, author: Session, topic: str
) -> None:
    functions = deployed.client("lambda")
    name = f"{deployed.name}-entity-recognition"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert before["ENTITY_RECOGNITION"] == "local"
    comprehend = before | {"ENTITY_RECOGNITION": "comprehend"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": comprehend})
    try:
        body = "We had it with Anna Schmidt at Trattoria Automatica in Naples, and it was the best pizza of the town."
        named = (await enriched(author, (await write(author, topic, body))["postId"]))["entities"]
        long = (await enriched(author, (await write(author, topic, f"{body} {'so good ' * 1_000}"))["postId"]))[
            "entities"
        ]
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})
    assert named == {
        "dishes": ["pizza margherita", "pizza"],
        "locations": ["Naples"],
        "persons": ["Anna Schmidt"],
        "organisations": ["Trattoria Automatica"],
    }
    assert long == named


@pytest.mark.parametrize(
    "body",
    ["<script>alert('x')</script><b>pizza</b>", "👩‍🍳🍕 e\u0301 \u202eabc\u202c 東京", "🍕" * 5_120],
    ids=["markup", "emoji", "20 KB"],
)
async def test_a_body_comes_back_to_the_letter(author: Session, topic: str, body: str) -> None:
    made = await write(author, topic, body)
    found = await enriched(author, made["postId"])
    assert (made["body"], found["body"]) == (body, body)


async def test_a_body_of_too_many_bytes_is_400_and_nothing_is_stored(author: Session, topic: str) -> None:
    answer = await author.post("/posts", {"title": "t", "body": "🍕" * 5_121, "topic": topic})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, "/body")
    assert "20480" in answer.body["detail"]
    assert (await author.get(f"/posts?topic={topic}")).body["items"] == []


@pytest.mark.parametrize(
    "change", [{"topic": "No Topic"}, {"title": ""}, {"body": " \n "}, {"author": "somebody"}, {"language": "xx"}]
)
async def test_what_is_no_post_is_400(author: Session, topic: str, change: dict[str, str]) -> None:
    wanted = {"title": "t", "body": "b", "topic": topic} | change
    assert (await author.post("/posts", wanted)).status == 400


async def test_the_same_key_is_the_same_post_and_mailed_once(author: Session, topic: str, front_door: str) -> None:
    email = await subscribed(author, topic, front_door)
    wanted, key = {"title": "Once", "body": BODY, "topic": topic}, {"Idempotency-Key": str(uuid.uuid4())}
    answers = await asyncio.gather(*(author.post("/posts", wanted, key) for _ in range(5)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["postId"] for answer in answers}) == 1
    assert (await author.post("/posts", wanted | {"title": "Twice"}, key)).status == 422
    await enriched(author, answers[0].body["postId"])
    await arrived(front_door, email, f"New in {topic}")
    assert await subjects(front_door, email) == [f"New in {topic}: Once"]


async def test_a_version_that_the_reader_has_is_304(author: Session, topic: str) -> None:
    post_id = (await write(author, topic))["postId"]
    await enriched(author, post_id)
    tag = (await author.get(f"/posts/{post_id}")).headers["ETag"]
    assert (await author.get(f"/posts/{post_id}", {"If-None-Match": tag})).status == 304
    assert (await author.get(f"/posts/{post_id}", {"If-None-Match": '"1"'})).status == 200


async def test_posts_come_in_pages_the_newest_first(author: Session, topic: str) -> None:
    made = [(await write(author, topic, f"number {number}"))["postId"] for number in range(3)]
    first = (await author.get(f"/posts?topic={topic}&limit=2")).body
    second = (await author.get(f"/posts?topic={topic}&limit=2&cursor={first['cursor']}")).body
    assert [post["postId"] for post in first["items"] + second["items"]] == made[::-1]
    assert second["cursor"] is None


async def test_one_subscription_has_all_topics_and_loses_them_one_by_one(
    author: Session, topic: str, front_door: str
) -> None:
    email = await subscribed(author, topic, front_door)
    assert await subscribed(author, f"{topic}-2", front_door) == email
    assert (await author.call("DELETE", f"/topics/{topic}/subscriptions")).status == 204
    for name in (topic, f"{topic}-2"):
        await enriched(author, (await write(author, name, title=name))["postId"])
    await arrived(front_door, email, f"New in {topic}-2")
    assert await subjects(front_door, email) == [f"New in {topic}-2: {topic}-2"]
    # The link in that mail ends everything, without a password.
    mail = await arrived(front_door, email, "New in")
    await asyncio.to_thread(_follow, mail["text"].partition("stop receiving")[2])
    assert (await author.get(f"/topics/{topic}-2/subscriptions")).body["items"] == []


async def test_a_deleted_post_is_gone_and_nobody_else_may_delete_it(
    author: Session, bob: Session, topic: str, platform: Platform
) -> None:
    post_id = (await write(author, topic))["postId"]
    await enriched(author, post_id)
    assert (await bob.call("DELETE", f"/posts/{post_id}")).status == 403
    assert (await author.call("DELETE", f"/posts/{post_id}")).status == 204
    assert (await author.get(f"/posts/{post_id}")).status == 404
    assert (await author.get(f"/posts?topic={topic}")).body["items"] == []
    other = (await write(author, topic))["postId"]
    admin = await platform.demo_session("admin@example.com")
    assert (await admin.call("DELETE", f"/posts/{other}")).status == 204
