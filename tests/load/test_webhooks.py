"""Five thousand webhooks in a burst: all are taken, the worker keeps to its limit, and each effect happens once."""

import asyncio
import random
import time
import uuid
from collections import Counter
from typing import Any

import aiohttp

from local.client import Platform, Session
from local.load import waiting_messages
from local.settings import Settings
from local.stack import Stack
from local.template import load
from tests.e2e import gateway_events as gateway
from tests.e2e.alarms import rings
from tests.e2e.books import status
from tests.e2e.orders import ended, placed, wanted
from tests.shown import Show

ORDERS, EVENTS, REPEATS = 50, 20, 5
WEBHOOKS = ORDERS * EVENTS * REPEATS
CLIENTS = 16
FORGED = 200
# Seconds for the worker to be through.
PATIENCE = 600
# What the gateway may tell of a refunded charge, in whatever order it arrives.
KINDS = [gateway.REFUNDED, "payment_intent.succeeded", "payment_intent.amount_capturable_updated"]
WORKER = "yafdp-local-payment-events"


class Watch:
    """Looks at the worker's traces while it works: when each of its invocations ran."""

    def __init__(self, front_door: str) -> None:
        self._url = f"{front_door}/_local/traces"
        self.ran: dict[str, tuple[float, float]] = {}

    async def look(self) -> None:
        """Until it is cancelled."""
        async with aiohttp.ClientSession() as http:
            while True:
                async with http.get(self._url) as answer:
                    for trace in (await answer.json())["traces"]:
                        self._note(trace)
                await asyncio.sleep(0.2)

    def at_once(self) -> int:
        """The most invocations that ran at the same moment."""
        edges = sorted(edge for start, end in self.ran.values() for edge in ((start, 1), (end, -1)))
        running = most = 0
        for _, change in edges:
            running += change
            most = max(most, running)
        return most

    def _note(self, trace: dict[str, Any]) -> None:
        for segment in trace["segments"]:
            if segment["name"] == WORKER and segment["durationMs"] is not None:
                self.ran[segment["id"]] = (segment["start"], segment["start"] + segment["durationMs"] / 1000)


async def test_a_burst_of_webhooks_is_taken_whole_and_worked_off_at_a_steady_pace(
    platform: Platform,
    platform_settings: Settings,
    alice: Session,
    deployed: Stack,
    show: Show,
) -> None:
    orders = await asyncio.gather(*(placed(alice, wanted()) for _ in range(ORDERS)))
    for order_id in orders:
        assert (await ended(alice, order_id))["status"] == "CONFIRMED"
        gateway.put_charge(deployed, order_id, "REFUNDED")
    names = [(order_id, f"evt_{uuid.uuid4().hex}") for order_id in orders for _ in range(EVENTS)]
    bodies = [gateway.event(order_id, random.choice(KINDS), name) for order_id, name in names] * REPEATS
    random.shuffle(bodies)
    (secret, *_) = gateway.secrets(deployed).values()
    forged = [(gateway.event(random.choice(orders)), "whsec_of_somebody_else") for _ in range(FORGED)]
    work = [(body, secret) for body in bodies] + forged
    random.shuffle(work)

    watch = Watch(platform_settings.front_door)
    watching = asyncio.create_task(watch.look())
    started = time.monotonic()
    line = iter(work)

    async def client() -> Counter[tuple[bool, int]]:
        answers: Counter[tuple[bool, int]] = Counter()
        for body, signed_with in line:
            answer = await gateway.send(platform, body, signed_with)
            answers[(signed_with == secret, answer.status)] += 1
        return answers

    answers = sum(await asyncio.gather(*(client() for _ in range(CLIENTS))), Counter[tuple[bool, int]]())
    sent = time.monotonic() - started
    async with asyncio.timeout(PATIENCE):
        while any(waiting_messages(platform_settings).values()):
            await asyncio.sleep(1)
    done = time.monotonic() - started
    watching.cancel()

    limit = load(platform_settings.root / "template.yaml")["Mappings"]["Stage"]["local"]["GatewayEventConcurrency"]
    seen = _remembered(deployed, [name for _, name in names])
    refunds = Counter(
        [event["type"]["S"] for event in gateway.history(deployed, order_id)].count("PaymentRefunded")
        for order_id in orders
    )
    show(
        f"{WEBHOOKS} webhooks and {FORGED} forged ones by {CLIENTS} clients: {answers[(True, 202)]} taken, "
        f"{answers[(False, 401)]} refused in {sent:.0f} s ({len(work) / sent:.0f}/s), all done after {done:.0f} s\n"
        f"worker: {watch.at_once()} invocations at once at most, of {limit} allowed ({len(watch.ran)} looked at); "
        f"{seen} different events, refunds of each order: {dict(refunds)}"
    )
    assert answers == {(True, 202): WEBHOOKS, (False, 401): FORGED}
    assert 0 < watch.at_once() <= limit
    assert seen == ORDERS * EVENTS
    assert refunds == {1: ORDERS}
    assert {status(deployed, "PaymentsTable", f"PAYMENT#{order_id}") for order_id in orders} == {"REFUNDED"}
    assert await rings(deployed, "WebhooksRefusedAlarm")


def _remembered(deployed: Stack, names: list[str]) -> int:
    """How many of the events the worker has looked into."""
    dynamodb, table = deployed.client("dynamodb"), deployed.outputs["PaymentsTable"]
    keys = [{"pk": {"S": f"WEBHOOK#{name}"}, "sk": {"S": "SEEN"}} for name in names]
    found = 0
    for start in range(0, len(keys), 100):
        answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys[start : start + 100]}})
        found += len(answer["Responses"][table])
    return found
