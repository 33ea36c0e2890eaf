"""Two hundred customers for fifty portions: each portion is sold once, and everybody else is told."""

import asyncio
import uuid
from collections import Counter

from local import seed
from local.client import Platform
from local.stack import Stack
from tests.e2e.books import stock
from tests.e2e.customers import new_customers
from tests.e2e.orders import history, placed, wanted
from tests.shown import Show

CUSTOMERS = 200
PORTIONS = 50
# Seconds for all of them: a laptop sells a few a second.
PATIENCE = 300


async def test_two_hundred_customers_race_for_fifty_portions(platform: Platform, deployed: Stack, show: Show) -> None:
    admin = await platform.demo_session("admin@example.com")
    item = f"last-portions-{uuid.uuid4().hex[:8]}"
    price = {"amount": 100, "currency": "EUR"}
    new = {"itemId": item, "name": "Last portions", "price": price, "available": True, "stock": PORTIONS}
    assert (await admin.post(f"/restaurants/{seed.AUTOMATIC}/items", new)).status == 201
    customers = await new_customers(platform, deployed, CUSTOMERS)

    ids = await asyncio.gather(*(placed(customer, wanted(item)) for customer in customers))
    endings: Counter[str] = Counter()
    async with asyncio.timeout(PATIENCE):
        for customer, order_id in zip(customers, ids, strict=True):
            while (order := (await customer.get(f"/orders/{order_id}")).body)["status"] not in {
                "CONFIRMED",
                "REJECTED",
            }:
                await asyncio.sleep(0.2)
            endings[order["reason"] or order["status"]] += 1
            assert len(await history(customer, order_id)) == (7 if order["status"] == "CONFIRMED" else 4)

    show(f"{CUSTOMERS} customers, {PORTIONS} portions: {dict(endings)}, stock {stock(deployed, item)}")
    assert endings == {"CONFIRMED": PORTIONS, "An item of your order is sold out.": CUSTOMERS - PORTIONS}
    assert stock(deployed, item) == 0
