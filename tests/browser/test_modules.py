"""The pages' pure parts, called where they run: in the browser."""

from typing import Any

import pytest

from tests.browser.visitor import Visitor


@pytest.fixture
async def page(visitor: Visitor) -> Visitor:
    """A page to call modules in."""
    await visitor.open()
    return visitor


async def _call(page: Visitor, module: str, body: str, argument: object = None) -> Any:
    """What `body` gives for `argument` with the module's exports as `m`."""
    return await page.page.evaluate(
        f"async (argument) => {{ const m = await import('/js/{module}.js'); {body} }}", argument
    )


@pytest.mark.parametrize(
    ("arrivals", "shown"),
    [
        ([[1], [2], [3]], [[1], [2], [3]]),
        ([[2], [1]], [[], [1, 2]]),
        ([[1, 1], [1], [2]], [[1], [], [2]]),
        ([[3], [3], [1], [2]], [[], [], [1], [2, 3]]),
        ([[3, 1], [4], [1, 2, 3]], [[1], [], [2, 3, 4]]),
    ],
)
async def test_events_come_out_in_sequence_and_once(
    page: Visitor, arrivals: list[list[int]], shown: list[list[int]]
) -> None:
    body = """const journal = new m.Journal();
        return argument.map((sequences) =>
            journal.add(sequences.map((sequence) => ({sequence}))).map(({sequence}) => sequence))"""
    assert await _call(page, "journal", body, arrivals) == shown


async def test_a_journal_knows_that_something_is_missing(page: Visitor) -> None:
    body = """const journal = new m.Journal();
        return argument.map((sequence) => (journal.add([{sequence}]), journal.gap))"""
    assert await _call(page, "journal", body, [1, 1, 3, 2]) == [False, False, True, False]


async def test_waiting_times_double_up_to_the_cap_and_are_random_all_the_way_down(page: Visitor) -> None:
    body = """const at = (random) => [0, 1, 2, 20].map((attempt) =>
            m.backoff(attempt, {base: 500, cap: 30000, random: () => random}));
        return [at(0), at(0.5), at(1)]"""
    assert await _call(page, "backoff", body) == [[0, 0, 0, 0], [250, 500, 1000, 15000], [500, 1000, 2000, 30000]]


async def test_retry_after_is_obeyed_within_reason(page: Visitor) -> None:
    body = "return argument.map((after) => m.waitAfter({headers: new Headers({'Retry-After': after})}, 0))"
    assert await _call(page, "api", body, ["2", "3600"]) == [2000, 10_000]


async def test_money_is_read_by_its_currencys_own_minor_units(page: Visitor) -> None:
    body = "return argument.map((price) => m.money(price, 'en'))"
    prices = [{"amount": 950, "currency": "EUR"}, {"amount": 950, "currency": "JPY"}, {"amount": 5, "currency": "USD"}]
    assert await _call(page, "money", body, prices) == ["€9.50", "¥950", "$0.05"]


async def test_a_click_counts_on_the_platforms_clock(page: Visitor) -> None:
    """Clocks that agree leave the click where it was; those that do not put it half a round trip earlier."""
    body = "return argument.map((received) => m.onPlatformClock({clicked: 1000, answered: 1200}, received))"
    assert await _call(page, "clicks", body, [1100, 1500, 91_000, 500]) == [1000, 1000, 90_900, 400]


async def test_a_basket_takes_no_more_than_there_is(page: Visitor) -> None:
    body = """const signedOut = Object.assign(new EventTarget(), {user: null});
        const basket = new m.Basket(signedOut), item = {itemId: 'a', stock: 3, price: {amount: 250, currency: 'EUR'}};
        basket.set({restaurantId: 'r'}, item, 7);
        return [basket.count, basket.estimate]"""
    assert await _call(page, "basket", body) == [3, {"amount": 750, "currency": "EUR"}]
