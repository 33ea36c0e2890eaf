"""Choreographed orders whose messages end in dead-letter queues: the watchdog finds them, the undo machine ends them,
and redriving the messages in the middle of that, or after it, does no harm. `CHOREOGRAPHY_SEED` as in test_endings.py.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from tests.shown import Show
from tests.unit.choreography import orders
from tests.unit.choreography.bus import Message
from tests.unit.choreography.orders import Scenario
from tests.unit.choreography.test_endings import FIRST, RUNS
from tests.unit.choreography.undoing import Undoing
from tests.unit.choreography.world import World
from yafdp.kernel.envelope import command
from yafdp.ordering import care
from yafdp.ordering import messages as m

LOST = 0.1
ADDRESSES = {"SAGA_ARN": "saga", "UNDO_ARN": "undo", "ORDER_QUEUE_URL": "queue"}


@contextmanager
def passed(years: int) -> Iterator[None]:
    """As the watchdog sees it when so much time has passed."""
    with mock.patch.object(care, "timestamp", return_value=f"{2100 + years}-01-01T00:00:00.000Z"):
        yield


def looked_after(world: World, years: int) -> None:
    """The watchdog looks, its measures are taken, and an operator redrives whatever is dead."""
    with passed(years):
        with world.quiet():
            care.attend(command(m.SweepOrders(), "orders"))
        known = len(world.started)
        world.waiting += redriven(world, 0.5)
        world.run()
        world.waiting += [*(Undoing(started) for started in world.started[known:]), *redriven(world, 1)]
        world.run()


def redriven(world: World, share: float) -> list[Message]:
    """About this share of the dead letters, taken out of their queues."""
    taken = [message for message in world.dead if world.random.random() < share]
    world.dead = [message for message in world.dead if message not in taken]
    return [message.redriven() for message in taken]


def lived(seed: int) -> Counter[str]:
    """Like the others, with a message in ten lost at first; how the orders ended, and how many were undone."""
    world = World(seed)
    world.lost = lambda _: world.random.random() < LOST
    with world.open(), mock.patch.dict(os.environ, ADDRESSES):
        scenarios = [Scenario.drawn(f"o{number}", world.random) for number in range(2)]
        with world.quiet():
            orders.opened(9)
            for scenario in scenarios:
                orders.placed(world, scenario)
        try:
            world.run()
            world.lost = lambda _: False
            for years in range(4):
                looked_after(world, years)
            assert world.dead == []
            sold = sum(one.quantity for one in scenarios if orders.consistent(world, one))
            assert orders.portions(world) == 9 - sold
        except AssertionError as fault:
            stories = {one.order_id: (one, orders.story(world, one.order_id)) for one in scenarios}
            raise AssertionError(f"seed {seed}: {fault}\n{stories}\n" + "\n".join(world.log)) from fault
        endings = Counter(str(orders.books(world, one.order_id)["order"]) for one in scenarios)
        return endings + Counter({"undone by the machine": len(world.started)})


def test_an_order_whose_message_is_lost_is_undone_and_redriving_the_message_does_no_harm(
    show: Show,
) -> None:
    runs = RUNS // 3
    endings = sum((lived(seed) for seed in range(FIRST, FIRST + runs)), Counter[str]())
    show(f"lost messages: seeds {FIRST} to {FIRST + runs - 1} ended as {dict(endings)}")
    assert endings["undone by the machine"]
