"""Every way in which an order can end, through both coordinations: the same order, payment, stock, ticket, delivery."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from local.client import Platform
from local.stack import Stack
from tests.e2e import scenario
from tests.e2e.books import stock
from tests.e2e.scenario import COORDINATIONS, Scenario
from tests.shown import Show

SCENARIOS = [scenario.read(path) for path in scenario.FILES]
# Some scenarios wait most of the time: for a kitchen, for a queue to deliver again.
AT_ONCE = 6

type Played = list[dict[str, Any]]


@pytest.fixture(scope="module")
def playing(front_door: str, deployed: Stack) -> Iterator[dict[str, Future[Played]]]:
    """Every scenario, being played; those that wait for long are begun first."""

    async def play(one: Scenario) -> Played:
        async with Platform.at(front_door) as platform:
            return await asyncio.gather(
                *(scenario.play(one, coordination, platform, deployed) for coordination in COORDINATIONS)
            )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            one.name: pool.submit(asyncio.run, play(one)) for one in sorted(SCENARIOS, key=lambda one: not one.patient)
        }


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.name)
def test_an_order_ends_the_same_however_it_is_coordinated(
    one: Scenario, playing: dict[str, Future[Played]], show: Show
) -> None:
    played = playing[one.name].result()
    endings = ", ".join(f"{name}: {found['status']}" for name, found in zip(COORDINATIONS, played, strict=True))
    books = ", ".join(f"{name} {status or '-'}" for name, status in played[0]["books"].items() if name != "order")
    show(f"{one.name:<26} {endings:<52} {books}")
    expected = {"status": one.ends, "reason": one.reason, "books": one.books | {"order": one.ends}}
    for found in played:
        assert {name: found[name] for name in expected} == expected, found["orderId"]


async def test_nothing_of_what_was_undone_is_kept_in_stock(platform: Platform, deployed: Stack) -> None:
    before = stock(deployed, "lasagne")
    undone = [one for one in SCENARIOS if one.name in {"declined", "no_courier", "capture_fails"}]
    for one in undone:
        one.order |= {"item": "lasagne", "quantity": 3}
    await asyncio.gather(
        *(scenario.play(one, coordination, platform, deployed) for one in undone for coordination in COORDINATIONS)
    )
    assert stock(deployed, "lasagne") == before
