"""What is said over the WebSocket: subscriptions and their replay, refusals, and the end of a session."""

import asyncio
import hashlib
import json
import re
import time
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from local import seed
from local.client import Platform, Session
from local.commands import logs
from local.settings import Settings
from local.stack import Stack
from tests.e2e.customers import new_customer
from tests.e2e.orders import ended, history, placed, pushed, wanted
from yafdp.kernel.clock import timestamp

type Socket = aiohttp.ClientWebSocketResponse
PATIENCE = 20  # seconds


async def ask(socket: Socket, frame: Any) -> dict[str, Any]:
    """What the platform answers: the next frame that is no update."""
    await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
    async with asyncio.timeout(PATIENCE):
        while True:
            told: dict[str, Any] = json.loads(await socket.receive_str())
            if told["type"].islower():
                return told


async def closed(socket: Socket) -> bool:
    """Whether the platform ends the connection; whatever it says before is passed over."""
    async with asyncio.timeout(PATIENCE):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def refused(platform: Platform, url: str, origin: str | None = None) -> bool:
    """Whether the WebSocket API refuses the handshake."""
    try:
        async with platform.socket(url, origin=origin):
            return False
    except aiohttp.WSServerHandshakeError as refusal:
        return refusal.status in {401, 403}


def logged(settings: Settings, deployed: Stack, words: str, since: float) -> list[str]:
    """The functions' log lines with these words in them."""
    return [line.text for line in logs.read(deployed.client("logs"), words, since=int(since * 1000))]


async def test_a_subscription_tells_what_was_missed_as_the_journal_has_it(alice: Session) -> None:
    order_id = await placed(alice, wanted())
    await ended(alice, order_id)
    async with alice.updates() as socket:
        told = await ask(socket, {"action": "subscribe", "orderId": order_id, "after": 4})
    assert told["items"] == (await history(alice, order_id))[4:]
    assert (told["orderId"], told["more"]) == (order_id, False)


async def test_a_restaurant_s_screen_hears_of_its_orders_and_of_no_others(platform: Platform, alice: Session) -> None:
    kitchen = await platform.demo_session("kitchen@example.com")
    async with kitchen.updates() as screen:
        assert (await ask(screen, {"action": "subscribe", "restaurantId": seed.MANUAL}))["type"] == "subscribed"
        await placed(alice, wanted())
        order_id = await placed(alice, wanted("ramen", restaurantId=seed.MANUAL))
        heard = set()
        async with asyncio.timeout(PATIENCE):
            while (update := json.loads(await screen.receive_str()))["status"] != "AUTHORISED":
                heard.add(update["orderId"])
        assert heard == {order_id}
        told = await ask(screen, {"action": "subscribe", "orderId": order_id, "after": 0})
        assert [event["type"] for event in told["items"]][:2] == ["OrderReceived", "OrderPriced"]
        assert (await ask(screen, {"action": "unsubscribe", "restaurantId": seed.MANUAL}))["type"] == "unsubscribed"


async def test_foreign_orders_and_restaurants_are_refused_and_it_is_logged(
    platform: Platform, alice: Session, bob: Session, platform_settings: Settings, deployed: Stack
) -> None:
    since = time.time() - 1
    order_id = await placed(alice, wanted())
    sessions = [bob, await platform.demo_session("kitchen@example.com")]
    for session in sessions:
        async with session.updates() as socket:
            told = await ask(socket, {"action": "subscribe", "orderId": order_id})
            assert (told["type"], told["code"]) == ("error", "not-found")
            told = await ask(socket, {"action": "subscribe", "restaurantId": seed.AUTOMATIC})
            assert (told["type"], told["code"]) == ("error", "forbidden")
            # Neither has left anything behind: the order's end is not told.
            await ended(alice, order_id)
            assert (await ask(socket, {"action": "ping"}))["type"] == "pong"
            with pytest.raises(TimeoutError):
                await socket.receive_str(timeout=0.3)
    lines = [json.loads(line) for line in logged(platform_settings, deployed, "frame refused", since)]
    assert [line["code"] for line in lines if line.get("order_id") == order_id] == ["not-found"] * len(sessions)


async def test_whatever_means_nothing_is_answered_and_the_connection_goes_on(alice: Session) -> None:
    async with alice.updates() as socket:
        for said, code in (
            ("no JSON", "malformed"),
            ({"action": "fly"}, "unknown-action"),
            ({"action": "subscribe"}, "invalid"),
            ({"action": "ping", "note": "x" * 5_000}, "too-large"),
        ):
            told = await ask(socket, said)
            assert (told["type"], told["code"]) == ("error", code)
        # The gateway's own routes are no actions, whatever a client calls its frame.
        for said in ("$connect", "$disconnect"):
            await socket.send_str(json.dumps({"action": said}))
        order_id = await placed(alice, wanted())
        assert len(await pushed(socket, order_id, last=7)) == 7


async def test_a_flood_is_answered_with_when_to_come_again_and_ends_the_connection(alice: Session) -> None:
    async with alice.updates() as socket:
        for _ in range(120):
            await socket.send_str(json.dumps({"action": "ping"}))
        codes = []
        async with asyncio.timeout(60):
            while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                told = json.loads(message.data)
                codes.append(told.get("code", told["type"]))
                assert told["type"] == "pong" or told["retryAfter"] > 0
    assert set(codes) == {"pong", "rate-limited"}
    # The connection may end before its last word is out.
    assert 19 <= codes.count("rate-limited") <= 20


async def test_signing_out_closes_this_session_s_windows_and_no_others(platform: Platform, alice: Session) -> None:
    elsewhere = await platform.demo_session("alice@example.com")
    async with alice.updates() as one, alice.updates() as two, elsewhere.updates() as other:
        unused = (await alice.post("/realtime/tickets")).body["url"]
        assert (await alice.call("DELETE", "/realtime/connections")).status == 204
        assert await closed(one)
        assert await closed(two)
        assert await refused(platform, unused)
        assert (await ask(other, {"action": "ping"}))["type"] == "pong"


def connection_rows(deployed: Stack, user_id: str) -> list[dict[str, Any]]:
    """The user's connections in the table."""
    found = deployed.client("dynamodb").query(
        TableName=deployed.outputs["ConnectionsTable"],
        KeyConditionExpression="pk = :user AND begins_with(sk, :kind)",
        ExpressionAttributeValues={":user": {"S": f"USER#{user_id}"}, ":kind": {"S": "CONNECTION#"}},
        ConsistentRead=True,
    )
    return list(found["Items"])


async def test_a_connection_whose_session_is_over_is_closed_with_its_next_update(
    platform: Platform, deployed: Stack
) -> None:
    customer = await new_customer(platform, deployed)
    user = customer.user_id
    async with customer.updates() as socket:
        for row in connection_rows(deployed, user):
            key = {"pk": row["pk"], "sk": row["sk"]}
            deployed.client("dynamodb").update_item(
                TableName=deployed.outputs["ConnectionsTable"],
                Key=key,
                UpdateExpression="SET expiresAt = :past",
                ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
            )
        await placed(customer, wanted())
        message = await socket.receive(timeout=PATIENCE)
        assert message.type is aiohttp.WSMsgType.CLOSE
    async with asyncio.timeout(PATIENCE):
        while connection_rows(deployed, user):
            await asyncio.sleep(0.1)


def push_event(connections: list[dict[str, Any]], order_id: str) -> bytes:
    """A message of the push queue, as Lambda hands it to the function."""
    update = {
        "type": "OrderConfirmed",
        "orderId": order_id,
        "sequence": 7,
        "status": "CONFIRMED",
        "occurredAt": timestamp(),
        "correlationId": "ten",
        "data": {"status": "CONFIRMED"},
    }
    detail = {
        "id": str(uuid.uuid4()),
        "type": "PushRequested",
        "version": 1,
        "occurredAt": timestamp(),
        "aggregateId": order_id,
        "correlationId": "ten",
        "data": {"connections": connections, "update": update},
    }
    record = {"messageId": "m", "body": json.dumps({"detail": detail}), "eventSource": "aws:sqs", "attributes": {}}
    return json.dumps({"Records": [record | {"receiptHandle": "r", "messageAttributes": {}}]}).encode()


async def test_of_ten_connections_three_gone_seven_are_told_and_three_rows_deleted_in_one_invocation(
    platform: Platform, deployed: Stack
) -> None:
    customer, order_id = await new_customer(platform, deployed), str(uuid.uuid4())
    user = customer.user_id
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(customer.updates()) for _ in range(7)]
        rows = [row["connectionId"]["S"] for row in connection_rows(deployed, user)]
        gone = [f"gone-{number}" for number in range(3)]
        for name in gone:
            deployed.client("dynamodb").put_item(
                TableName=deployed.outputs["ConnectionsTable"],
                Item={
                    "pk": {"S": f"USER#{user}"},
                    "sk": {"S": f"CONNECTION#{name}"},
                    "connectionId": {"S": name},
                    "connectedAt": {"N": "1"},
                    "expiresAt": {"N": str(int(time.time()) + 600)},
                },
            )
        assert len(connection_rows(deployed, user)) == 10
        ten = [{"userId": user, "connectionId": name} for name in gone + rows]
        answer = await asyncio.to_thread(
            deployed.client("lambda").invoke,
            FunctionName=f"{deployed.name}-push",
            Payload=push_event(ten, order_id),
        )
        assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}
        for socket in sockets:
            await pushed_one(socket, order_id)
        assert sorted(row["connectionId"]["S"] for row in connection_rows(deployed, user)) == sorted(rows)


async def pushed_one(socket: Socket, order_id: str) -> None:
    """Waits for an update of the order."""
    async with asyncio.timeout(PATIENCE):
        while json.loads(await socket.receive_str())["orderId"] != order_id:
            pass


async def test_a_ticket_used_twice_expired_of_another_page_or_none_is_refused_and_logged_without_it(
    platform: Platform, alice: Session, deployed: Stack, platform_settings: Settings, front_door: str
) -> None:
    since = time.time() - 1

    async def ticket(**headers: str) -> str:
        answer = await alice.post("/realtime/tickets", headers=headers)
        assert answer.status == 201
        return str(answer.body["ticket"])

    async def tried(name: str, value: str, origin: str | None = None) -> None:
        assert await refused(platform, f"{platform.config['webSocketUrl']}?ticket={value}", origin), name

    used, old, of_a_page = await ticket(), await ticket(), await ticket(Origin=front_door)
    async with platform.socket(f"{platform.config['webSocketUrl']}?ticket={used}"):
        await tried("used twice", used)
    deployed.client("dynamodb").update_item(
        TableName=deployed.outputs["ConnectionsTable"],
        Key={"pk": {"S": f"TICKET#{hashlib.sha256(old.encode()).hexdigest()}"}, "sk": {"S": "TICKET"}},
        UpdateExpression="SET expiresAt = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    await tried("expired", old)
    await tried("somebody else's page asked for it", of_a_page)
    await tried("a foreign page", of_a_page, "https://evil.example")
    assert await refused(platform, platform.config["webSocketUrl"]), "none"
    lines = logged(platform_settings, deployed, "WebSocket refused", since)
    reasons = Counter(json.loads(line)["reason"] for line in lines)
    assert reasons >= Counter(["unknown or used", "expired", "issued to another page", "foreign origin"])
    secrets = [used, old, of_a_page, alice.token]
    everything = logged(platform_settings, deployed, "", since)
    assert len(everything) > len(lines)
    assert [line for line in everything for secret in secrets if secret in line] == []


async def test_no_log_of_the_local_run_holds_a_token_or_ticket(
    alice: Session, deployed: Stack, platform_settings: Settings
) -> None:
    """Whatever has run so far: functions, emulator, front door."""
    async with alice.updates() as socket:
        await ask(socket, {"action": "ping"})
    of_functions = logged(platform_settings, deployed, "", since=0)
    of_programs = [path.read_text(errors="replace") for path in platform_settings.logs.iterdir()]
    looks_secret = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|ticket=[\w-]{20,}")
    assert of_functions
    assert of_programs
    assert [found[0][:40] for text in of_functions + of_programs if (found := looks_secret.search(text))] == []
