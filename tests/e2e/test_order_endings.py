"""Each way in which an order can end: its state, its reason, and what every participant has written down."""

import asyncio
from typing import Any

import pytest

from local.client import Session
from local.stack import Stack
from tests.e2e.books import books, settled, stock
from tests.e2e.orders import ended, history, placed, wanted

HAPPY = ["RECEIVED", "PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED", "CONFIRMED"]


async def test_an_order_that_goes_well_is_confirmed_and_paid(alice: Session, deployed: Stack) -> None:
    order = await ended(alice, await placed(alice, wanted(quantity=2)))
    assert order["status"] == "CONFIRMED"
    # Two pizzas at 9.50 and the delivery fee: the house's prices, the client named none.
    assert order["total"] == {"amount": 2199, "currency": "EUR"}
    assert [line["name"] for line in order["items"]] == ["Pizza Margherita"]
    assert await settled(deployed, order["orderId"], kitchen="CONFIRMED") == {
        "order": "CONFIRMED",
        "stock": "RESERVED",
        "payment": "CAPTURED",
        "charge": "TAKEN",
        "kitchen": "CONFIRMED",
        "delivery": "ASSIGNED",
    }


async def test_the_history_tells_every_state_in_order(alice: Session) -> None:
    order_id = await placed(alice, wanted())
    await ended(alice, order_id)
    events = await history(alice, order_id)
    assert [event["status"] for event in events] == HAPPY
    assert [event["sequence"] for event in events] == list(range(1, 8))
    later = await alice.get(f"/orders/{order_id}/events?after=5")
    assert [event["status"] for event in later.body["items"]] == HAPPY[5:]


@pytest.mark.parametrize(
    ("change", "reason", "left"),
    [
        pytest.param(
            {"paymentMethod": "pm_card_declined"},
            "Your card was declined.",
            {"stock": "RELEASED", "payment": "DECLINED", "charge": None, "kitchen": None, "delivery": None},
            id="declined card",
        ),
        pytest.param(
            {"paymentMethod": "pm_capture_fails"},
            "The payment could not be completed.",
            {
                "stock": "RELEASED",
                "payment": "VOIDED",
                "charge": "VOIDED",
                "kitchen": "WITHDRAWN",
                "delivery": "RELEASED",
            },
            id="capture fails",
        ),
        pytest.param(
            {"paymentMethod": "pm_charge_then_timeout"},
            "Something went wrong on our side. You have not been charged.",
            {"stock": "RELEASED", "payment": "VOIDED", "charge": "VOIDED", "kitchen": None, "delivery": None},
            id="charged, but the gateway never answers",
        ),
        pytest.param(
            {"deliveryAddress": {"street": "Rue 1", "city": "Paris", "postalCode": "75001", "country": "FR"}},
            "No courier is available for your address.",
            {
                "stock": "RELEASED",
                "payment": "VOIDED",
                "charge": "VOIDED",
                "kitchen": "WITHDRAWN",
                "delivery": "REFUSED",
            },
            id="no courier",
        ),
    ],
)
async def test_an_order_that_fails_is_undone_whole(
    alice: Session, deployed: Stack, change: dict[str, Any], reason: str, left: dict[str, str | None]
) -> None:
    order = await ended(alice, await placed(alice, wanted("lasagne", **change)))
    assert (order["status"], order["reason"]) == ("REJECTED", reason)
    assert books(deployed, order["orderId"]) == {"order": "REJECTED"} | left


async def test_a_rejected_order_gives_its_stock_back(alice: Session, deployed: Stack) -> None:
    before = stock(deployed, "tiramisu")
    order = await ended(alice, await placed(alice, wanted("tiramisu", 3, paymentMethod="pm_card_declined")))
    assert order["status"] == "REJECTED"
    assert stock(deployed, "tiramisu") == before


async def test_more_than_there_is_sells_nothing_not_even_the_other_lines(alice: Session, deployed: Stack) -> None:
    ample, scarce = stock(deployed, "lasagne"), stock(deployed, "tiramisu")
    items = [{"itemId": "lasagne", "quantity": 1}, {"itemId": "tiramisu", "quantity": scarce + 1}]
    order = await ended(alice, await placed(alice, wanted(items=items)))
    assert (order["status"], order["reason"]) == ("REJECTED", "An item of your order is sold out.")
    assert (stock(deployed, "lasagne"), stock(deployed, "tiramisu")) == (ample, scarce)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"items": [{"itemId": "no-such-thing", "quantity": 1}]}, "An item of your order is not on the menu any more."),
        ({"restaurantId": "no-such-place"}, "This restaurant does not exist any more."),
    ],
    ids=["item", "restaurant"],
)
async def test_what_is_not_on_the_menu_is_rejected_before_anything_is_set_aside(
    alice: Session, deployed: Stack, change: dict[str, object], reason: str
) -> None:
    order = await ended(alice, await placed(alice, wanted() | change))
    assert (order["status"], order["reason"]) == ("REJECTED", reason)
    assert books(deployed, order["orderId"])["stock"] is None


async def test_many_orders_for_the_last_portions_sell_each_portion_once(alice: Session, deployed: Stack) -> None:
    left = stock(deployed, "tiramisu")
    each = 10
    ids = await asyncio.gather(*(placed(alice, wanted("tiramisu", each)) for _ in range(left // each + 3)))
    orders = await asyncio.gather(*(ended(alice, order_id) for order_id in ids))
    confirmed = [order for order in orders if order["status"] == "CONFIRMED"]
    assert len(confirmed) == left // each
    assert stock(deployed, "tiramisu") == left - each * len(confirmed)
