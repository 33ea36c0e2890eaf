"""The saga's endings on a platform of its own that charges through Stripe: one charge, and the right money, in both
coordinations. Stripe is localstripe; its webhooks come to the platform as Stripe's would.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from local import seed, stack
from local.client import Platform, Session
from local.settings import Settings
from local.stack import Stack
from tests.conftest import started
from tests.e2e.books import settled, status
from tests.e2e.orders import PATIENCE, ended, history, placed, wanted
from tests.e2e.scenario import COORDINATIONS
from tests.gateway.account import DECLINED, NEEDS_ACTION, NEEDS_ACTION_THEN_DECLINED, OK, Account

STATE = ".local/test-stripe"


@pytest.fixture(scope="module")
def configured() -> Iterator[Settings]:
    """A platform whose parameter PaymentGateway is stripe."""
    with started({"YAFDP_STATE": STATE, "YAFDP_PAYMENT_GATEWAY": "stripe"}) as settings:
        yield settings


@pytest.fixture(scope="module")
def paid_by_stripe(configured: Settings) -> Stack:
    """Its stack."""
    return stack.load(configured)


@pytest.fixture
def account(configured: Settings) -> Account:
    """The Stripe account behind it."""
    return Account(configured.stripe)


@pytest.fixture
async def shop(configured: Settings) -> AsyncIterator[Platform]:
    """A client of it."""
    async with Platform.at(configured.front_door) as opened:
        yield opened


@pytest.fixture
async def alice(shop: Platform) -> Session:
    """A customer there."""
    return await shop.demo_session("alice@example.com")


@pytest.fixture(params=COORDINATIONS)
def coordination(request: pytest.FixtureRequest) -> str:
    """Who moves the order on."""
    return str(request.param)


def asked(coordination: str, method: str = OK, **changes: Any) -> dict[str, Any]:
    return wanted(coordination=coordination, paymentMethod=method, **changes)


async def until(session: Session, order_id: str, event: str) -> dict[str, Any]:
    """The order's event of this type, once it has happened."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for one in await history(session, order_id):
                if one["type"] == event:
                    return one
            await asyncio.sleep(0.1)


async def with_a_kitchen(shop: Platform, alice: Session, coordination: str) -> tuple[Session, str]:
    """An order whose kitchen thinks it over, and its staff."""
    items = [{"itemId": "ramen", "quantity": 1}]
    order_id = await placed(alice, asked(coordination, restaurantId=seed.MANUAL, items=items))
    await until(alice, order_id, "OrderAuthorised")
    kitchen = await shop.demo_session("kitchen@example.com")
    async with asyncio.timeout(PATIENCE):
        while order_id not in [one["orderId"] for one in (await kitchen.get("/kitchen/orders")).body["items"]]:
            await asyncio.sleep(0.1)
    return kitchen, order_id


async def test_a_card_that_is_good_is_charged_once(alice: Session, account: Account, coordination: str) -> None:
    order = await ended(alice, await placed(alice, asked(coordination, quantity=2)))
    assert order["status"] == "CONFIRMED"
    assert account.money(order["orderId"]) == (0, order["total"]["amount"])
    assert len(account.intents(order["orderId"])) == 1


async def test_a_card_that_is_declined_is_not_charged(alice: Session, account: Account, coordination: str) -> None:
    order = await ended(alice, await placed(alice, asked(coordination, DECLINED)))
    assert (order["status"], order["reason"]) == ("REJECTED", "Your card was declined.")
    assert account.money(order["orderId"]) == (0, 0)


async def test_what_is_set_aside_is_voided_when_the_kitchen_says_no(
    shop: Platform, alice: Session, paid_by_stripe: Stack, account: Account, coordination: str
) -> None:
    kitchen, order_id = await with_a_kitchen(shop, alice, coordination)
    assert account.money(order_id)[0] > 0
    await kitchen.post(f"/kitchen/orders/{order_id}/reject", {"reason": "out of rice"})
    assert (await ended(alice, order_id))["status"] == "REJECTED"
    assert (account.money(order_id), account.intent(order_id)["status"]) == ((0, 0), "canceled")
    assert status(paid_by_stripe, "PaymentsTable", f"PAYMENT#{order_id}") == "VOIDED"


async def test_a_hold_that_is_gone_when_it_is_to_be_taken_ends_the_order(
    shop: Platform, alice: Session, account: Account, coordination: str
) -> None:
    kitchen, order_id = await with_a_kitchen(shop, alice, coordination)
    account.cancel(order_id)
    await kitchen.post(f"/kitchen/orders/{order_id}/accept")
    order = await ended(alice, order_id)
    assert (order["status"], order["reason"]) == ("REJECTED", "The payment could not be completed.")
    assert account.money(order_id) == (0, 0)


async def test_what_was_taken_is_refunded_when_the_customer_cancels(
    alice: Session, paid_by_stripe: Stack, account: Account, coordination: str
) -> None:
    order = await ended(alice, await placed(alice, asked(coordination)))
    order_id = order["orderId"]
    assert (await alice.post(f"/orders/{order_id}/cancel")).status == 202
    await until(alice, order_id, "OrderCancelled")
    assert (account.refunds(order_id), account.money(order_id)) == ([order["total"]["amount"]], (0, 0))
    assert status(paid_by_stripe, "PaymentsTable", f"PAYMENT#{order_id}") == "REFUNDED"


@pytest.mark.parametrize("path", ["/payment_intents", "/confirm", "/capture"])
async def test_a_connection_cut_after_the_request_was_sent_charges_once(
    alice: Session, account: Account, coordination: str, path: str
) -> None:
    # As often as one invocation asks, and once more: it is the next one that finds what was done.
    account.fault(path, "cut", times=4)
    order = await ended(alice, await placed(alice, asked(coordination)))
    assert order["status"] == "CONFIRMED"
    assert account.money(order["orderId"]) == (0, order["total"]["amount"])
    assert len(account.intents(order["orderId"])) == 1


async def test_a_charge_that_nobody_ever_hears_of_is_given_back(
    alice: Session, paid_by_stripe: Stack, account: Account, coordination: str
) -> None:
    account.fault("/payment_intents", "cut", times=1_000)
    order = await ended(alice, await placed(alice, asked(coordination)))
    account.mend()
    assert (order["status"], order["reason"]) == (
        "REJECTED",
        "Something went wrong on our side. You have not been charged.",
    )
    assert account.money(order["orderId"]) == (0, 0)
    assert status(paid_by_stripe, "PaymentsTable", f"PAYMENT#{order['orderId']}") == "VOIDED"


@pytest.mark.parametrize(
    ("number", "confirm", "ends"),
    [
        (NEEDS_ACTION, True, "CONFIRMED"),
        (NEEDS_ACTION, False, "REJECTED"),
        (NEEDS_ACTION_THEN_DECLINED, True, "REJECTED"),
    ],
)
async def test_the_bank_s_word_comes_by_webhook(
    alice: Session, account: Account, coordination: str, number: str, confirm: bool, ends: str
) -> None:
    order_id = await placed(alice, asked(coordination, account.card(number)))
    pending = await until(alice, order_id, "OrderPaymentPending")
    shown = (await alice.get(f"/orders/{order_id}")).body["paymentAction"]
    assert shown == pending["data"]["paymentAction"]
    account.decide(shown["url"], confirm=confirm)
    order = await ended(alice, order_id)
    assert (order["status"], order["paymentAction"]) == (ends, None)
    assert account.money(order_id) == (0, order["total"]["amount"] if ends == "CONFIRMED" else 0)


async def test_a_customer_who_does_not_confirm_pays_nothing(
    alice: Session, account: Account, coordination: str
) -> None:
    order_id = await placed(alice, asked(coordination, account.card(NEEDS_ACTION)))
    order = await ended(alice, order_id)
    assert order["reason"] == "You did not confirm the payment in time. You have not been charged."
    assert (account.money(order_id), account.intent(order_id)["status"]) == ((0, 0), "canceled")


async def test_a_refund_on_the_dashboard_reaches_the_payment(
    alice: Session, paid_by_stripe: Stack, account: Account, coordination: str
) -> None:
    order_id = await placed(alice, asked(coordination))
    await ended(alice, order_id)
    account.refund(order_id)
    assert (await settled(paid_by_stripe, order_id, payment="REFUNDED"))["payment"] == "REFUNDED"
