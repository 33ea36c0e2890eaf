"""Five hundred open sockets while two hundred orders flow, and sockets die all the time: everybody sees the journal."""

import asyncio
import os
import random
import time
from collections import Counter
from typing import Any

from local.client import Platform, Session
from local.follower import Follower
from local.stack import Stack
from tests.e2e.customers import new_customers
from tests.e2e.orders import history, placed, wanted
from tests.shown import Show

CUSTOMERS = 100
DEVICES = 5  # of each customer
ORDERS = 2  # of each customer
# Another run: YAFDP_SEED=…
SEED = int(os.environ.get("YAFDP_SEED", "20261121"))
# Seconds: for all sockets to open, for all orders to end, and for the last device to know.
OPENING, ENDING, SETTLING = 300, 600, 180
PAUSE = 0.5  # seconds between two deaths


async def _kill_at_random(followers: list[Follower], chance: random.Random) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        victim = chance.choice([follower for follower in followers if follower.live] or followers)
        await victim.cut(politely=chance.random() < 0.5)


async def _order(customer: Session, devices: list[Follower], gate: asyncio.Semaphore) -> list[str]:
    """Place the customer's orders, each followed on every device, and wait until some device has seen them end."""
    order_ids = []
    for _ in range(ORDERS):
        async with gate:
            order_ids.append(await placed(customer, wanted()))
        for device in devices:
            await device.follow(order_ids[-1], new=True)
    while not all(any(device.ended(order_id) for device in devices) for order_id in order_ids):
        await asyncio.sleep(0.5)
    return order_ids


def _rows(deployed: Stack) -> list[str]:
    """What the connections table holds of connections and subscriptions."""
    pages = deployed.client("dynamodb").get_paginator("scan").paginate(TableName=deployed.outputs["ConnectionsTable"])
    keys = (item["sk"]["S"] for page in pages for item in page["Items"])
    return [key for key in keys if key.startswith("CONNECTION#")]


async def _until(done: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)
    return True


async def test_500_sockets_that_die_at_random_show_200_orders_as_their_journals_have_them(
    platform: Platform, deployed: Stack, show: Show
) -> None:
    chance, started = random.Random(SEED), time.monotonic()
    before = len(_rows(deployed))
    customers = await new_customers(platform, deployed, CUSTOMERS)
    devices = [[Follower(customer, chance) for _ in range(DEVICES)] for customer in customers]
    followers = [follower for of_one in devices for follower in of_one]
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(follower.run()) for follower in followers]
        assert await _until(lambda: all(follower.live for follower in followers), OPENING)
        opened = time.monotonic()
        at_once = len(_rows(deployed)) - before
        killer = group.create_task(_kill_at_random(followers, chance))
        gate = asyncio.Semaphore(16)
        async with asyncio.timeout(ENDING):
            placed_by = await asyncio.gather(*map(_order, customers, devices, [gate] * CUSTOMERS))
        killer.cancel()
        flowed = time.monotonic()
        journals = [
            {order_id: await history(customer, order_id) for order_id in order_ids}
            for customer, order_ids in zip(customers, placed_by, strict=True)
        ]

        def all_seen() -> bool:
            return all(
                follower.views == journal
                for of_one, journal in zip(devices, journals, strict=True)
                for follower in of_one
            )

        settled = await _until(all_seen, SETTLING)
        ready = time.monotonic()
        for task in running:
            task.cancel()
    counts = sum((follower.counts for follower in followers), Counter())
    empty = await _until(lambda: not _rows(deployed), 60)
    show(
        f"seed {SEED}: {at_once} sockets open after {opened - started:.0f} s; {CUSTOMERS * ORDERS} orders ended"
        f" in {flowed - opened:.0f} s; all {len(followers)} views whole {ready - flowed:.1f} s later\n"
        f"{counts['closed']} closed, {counts['aborted']} aborted, {counts['connections']} connections in all;"
        f" {counts['heard']} events heard, {counts['repeats']} of them again, {counts['replays']} replays;"
        f" {counts['failures']} failures; rows left: {len(_rows(deployed))}"
    )
    assert at_once == CUSTOMERS * DEVICES
    assert settled, [f.views for f in followers if any(len(view) < 7 for view in f.views.values())][:3]
    for of_one, journal in zip(devices, journals, strict=True):
        for follower in of_one:
            assert follower.views == journal
    assert counts["closed"] > 0
    assert counts["aborted"] > 0
    assert empty, _rows(deployed)[:5]
