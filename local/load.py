"""Many orders at once, as `make load` runs them. Prints how many ended in which state, and what is left in queues.

Every accepted order must end CONFIRMED, one for each submission, with all queues and dead-letter queues empty after.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from itertools import zip_longest
from typing import Any

from local import seed, settings, stack
from local.client import Platform, Session
from local.order import ADDRESS, ENDINGS

# Seconds without one more order ending after which the run is called stuck.
PATIENCE = 60
# Seconds without progress after which a message is left over: so long SQS hides one that has failed a few times.
STANDSTILL = 20
# BatchGetItem takes no more.
KEYS_PER_READ = 100


class Outcome:
    """What a run came to: orders by state, the ids that were accepted, and what still waits in queues by name."""

    def __init__(self, accepted: list[str], states: Counter[str], waiting: dict[str, int], seconds: float) -> None:
        self.accepted, self.states, self.waiting, self.seconds = accepted, states, waiting, seconds

    def flawless(self, orders: int) -> bool:
        """Whether each submission became one order that was confirmed, and nothing is left over."""
        unique = len(set(self.accepted)) == orders
        return unique and self.states == {"CONFIRMED": orders} and not any(self.waiting.values())

    def __str__(self) -> str:
        states = ", ".join(f"{state} {number}" for state, number in sorted(self.states.items()))
        waiting = {name: number for name, number in self.waiting.items() if number} or "none"
        rate = len(self.accepted) / self.seconds
        return (
            f"accepted {len(self.accepted)}, different {len(set(self.accepted))}; {states}\n"
            f"messages left in {len(self.waiting)} queues: {waiting}\n"
            f"{self.seconds:.1f} s from the first click to the last ending, {rate:.1f} orders/s"
        )


async def run(configured: settings.Settings, orders: int, clients: int) -> Outcome:
    """Submit the orders from so many concurrent clients and wait until all have ended.

    Raises TimeoutError when they get stuck.
    """
    async with Platform.at(configured.front_door) as platform:
        session = await platform.demo_session(seed.DEMO_USERS[0]["username"])
        started = time.monotonic()
        numbers = iter(range(orders))
        shares = await asyncio.gather(*(_client(session, numbers) for _ in range(clients)))
        # Oldest first, roughly: the clients' shares interleaved.
        accepted = [order_id for turn in zip_longest(*shares) for order_id in turn if order_id]
        print(f"submitted {len(accepted)} in {time.monotonic() - started:.1f} s", flush=True)
        states = await _ended(configured, list(dict.fromkeys(accepted)))
        seconds = time.monotonic() - started
        return Outcome(accepted, states, await _left(configured), seconds)


async def _client(session: Session, numbers: Any) -> list[str]:
    accepted = []
    for _ in numbers:
        wanted = {
            "restaurantId": seed.AUTOMATIC,
            "items": [{"itemId": "margherita", "quantity": 1}],
            "deliveryAddress": ADDRESS,
        }
        answer = await session.post("/orders", wanted)
        if answer.status == 202:
            accepted.append(answer.body["orderId"])
    return accepted


async def _ended(configured: settings.Settings, order_ids: list[str]) -> Counter[str]:
    """The orders' states once all have ended; shows progress every few seconds."""
    deployed = stack.load(configured)
    states: Counter[str] = Counter()
    open_ids, since = order_ids, time.monotonic()
    while open_ids:
        ended = await asyncio.to_thread(_endings, deployed, open_ids[:KEYS_PER_READ])
        states.update(ended.values())
        open_ids = [order_id for order_id in open_ids if order_id not in ended]
        if ended:
            since = time.monotonic()
        if time.monotonic() - since > PATIENCE:
            raise TimeoutError(f"{len(open_ids)} of {len(order_ids)} have not ended; none did for {PATIENCE} s")
        print(f"  {len(order_ids) - len(open_ids)} of {len(order_ids)} ended", flush=True)
        await asyncio.sleep(1 if ended else 3)
    return states


async def _left(configured: settings.Settings) -> dict[str, int]:
    """What waits in queues and does not get less: what has ended is still told of."""
    waiting, since = waiting_messages(configured), time.monotonic()
    while any(waiting.values()) and time.monotonic() - since < STANDSTILL:
        await asyncio.sleep(1)
        now = waiting_messages(configured)
        if sum(now.values()) < sum(waiting.values()):
            since = time.monotonic()
        waiting = now
    return waiting


def _endings(deployed: stack.Stack, order_ids: list[str]) -> dict[str, str]:
    """Which of the orders have ended, and how."""
    table = deployed.outputs["OrdersTable"]
    keys = [{"pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "STATE"}} for order_id in order_ids]
    answer = deployed.client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    states = (item["state"]["M"] for item in answer["Responses"][table])
    return {state["orderId"]["S"]: state["status"]["S"] for state in states if state["status"]["S"] in ENDINGS}


def waiting_messages(configured: settings.Settings) -> dict[str, int]:
    """Messages in each queue of the stack, visible or in flight, dead-letter queues included."""
    sqs = stack.load(configured).client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    waiting = {}
    for url in sqs.list_queues(QueueNamePrefix=configured.stack_name).get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        waiting[url.rsplit("/", 1)[1]] = sum(int(attributes[name]) for name in names)
    return waiting


def main() -> int:
    """Exit code 0 when nothing was lost and nothing happened twice."""
    parser = argparse.ArgumentParser(prog="python -m local.load", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    outcome = asyncio.run(run(settings.load(), options.orders, options.clients))
    print(outcome)
    return 0 if outcome.flawless(options.orders) else 1


if __name__ == "__main__":
    sys.exit(main())
