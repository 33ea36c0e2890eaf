"""Ordering as the end-to-end tests do it."""

import asyncio
import json
from typing import Any

from local import seed
from local.client import Session
from local.order import ADDRESS, ENDINGS

# Seconds for an order to come to its end: a gateway that times out is tried four times first.
PATIENCE = 60


def wanted(item: str = "margherita", quantity: int = 1, **changes: Any) -> dict[str, Any]:
    """The body of an order that goes well, with changes."""
    order = {
        "restaurantId": seed.AUTOMATIC,
        "items": [{"itemId": item, "quantity": quantity}],
        "deliveryAddress": ADDRESS,
        "paymentMethod": "pm_card_ok",
    }
    return order | changes


async def placed(session: Session, order: dict[str, Any], key: str | None = None) -> str:
    """The id of an order that was accepted."""
    answer = await session.post("/orders", order, headers={"Idempotency-Key": key} if key else {})
    assert answer.status == 202, answer.body
    return str(answer.body["orderId"])


async def ended(session: Session, order_id: str) -> dict[str, Any]:
    """The order once it has ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await session.get(f"/orders/{order_id}")
            assert answer.status == 200, answer.body
            if answer.body["status"] in ENDINGS:
                return dict(answer.body)
            await asyncio.sleep(0.1)


async def history(session: Session, order_id: str) -> list[dict[str, Any]]:
    """The order's events, oldest first."""
    answer = await session.get(f"/orders/{order_id}/events")
    assert answer.status == 200, answer.body
    return list(answer.body["items"])


async def pushed(socket: Any, order_id: str, last: int) -> list[dict[str, Any]]:
    """The pushes about the order up to the sequence `last`, in the order of its journal."""
    updates: dict[int, dict[str, Any]] = {}
    async with asyncio.timeout(PATIENCE):
        while not set(range(1, last + 1)) <= updates.keys():
            update = json.loads(await socket.receive_str())
            if update.get("orderId") == order_id:
                updates[update["sequence"]] = update
    return [updates[sequence] for sequence in sorted(updates)]
