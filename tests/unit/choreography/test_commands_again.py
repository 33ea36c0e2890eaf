"""Commands come once to five times each, in any order, before and after what undoes them: one effect, never backwards,
and nothing is kept of what was undone. A failure prints how to play it again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.choreography import orders
from tests.unit.choreography.orders import Scenario
from tests.unit.choreography.world import World
from tests.unit.envelopes import event, failed
from yafdp.catalog.messages import ReleaseStock, ReservedLine, ReserveStock
from yafdp.catalog.stock import change_stock
from yafdp.delivery import service as delivery
from yafdp.delivery.messages import AssignCourier, ReleaseCourier
from yafdp.kernel.errors import Conflict, Rejection
from yafdp.kernel.messages import Money
from yafdp.kitchen import service as kitchen
from yafdp.kitchen.messages import AskKitchen, TicketLine, WithdrawTicket
from yafdp.ordering import progress
from yafdp.payments import service as payments
from yafdp.payments.messages import Authorise, Capture, GiveBack

STOCK = 10
PRICE = Money(amount=950, currency="EUR")
NEWS = ("StockReserved", "PaymentAuthorised", "TicketAccepted", "CourierAssigned", "PaymentCaptured")

type Deed = Callable[[], object]


@dataclass(frozen=True)
class Part:
    """One participant's part in an order. `way`: its states, each of which may only be followed by later ones;
    `done` and `undone`: where it stands when all of it is done, and when it is undone, with what the world then holds.
    """

    name: str
    deeds: tuple[Deed, ...]
    undo: Deed
    way: tuple[str, ...]
    done: str
    undone: tuple[str, ...]


def reserve() -> None:
    lines = (ReservedLine(item_id="pizza", quantity=3),)
    change_stock(ReserveStock(order_id="o", restaurant_id="r", items=lines))


def authorise() -> None:
    payments.perform(Authorise(order_id="o", customer_id="alice", amount=PRICE, payment_method="pm_card_ok"))


def ask() -> None:
    lines = (TicketLine(item_id="pizza", quantity=1),)
    kitchen.perform(AskKitchen(order_id="o", restaurant_id="r", items=lines, automatic_acceptance=True))


def told(kind: str) -> Deed:
    return lambda: progress.react(event(kind))


PARTS = [
    Part(
        "stock",
        (reserve,),
        lambda: change_stock(ReleaseStock(order_id="o", restaurant_id="r")),
        ("RESERVED", "RELEASED"),
        "RESERVED",
        ("RELEASED",),
    ),
    Part(
        "payment",
        (authorise, lambda: payments.perform(Capture(order_id="o"))),
        lambda: payments.perform(GiveBack(order_id="o")),
        ("AUTHORISED", "CAPTURED", "VOIDED", "REFUNDED"),
        "CAPTURED",
        ("VOIDED", "REFUNDED"),
    ),
    Part(
        "kitchen",
        (ask,),
        lambda: kitchen.perform(WithdrawTicket(order_id="o", restaurant_id="r")),
        ("ACCEPTED", "WITHDRAWN"),
        "ACCEPTED",
        ("WITHDRAWN",),
    ),
    Part(
        "delivery",
        (lambda: delivery.perform(AssignCourier(order_id="o", country=orders.COUNTRY)),),
        lambda: delivery.perform(ReleaseCourier(order_id="o")),
        ("ASSIGNED", "RELEASED"),
        "ASSIGNED",
        ("RELEASED",),
    ),
    Part(
        "order",
        tuple(told(kind) for kind in NEWS),
        lambda: progress.react(event("StockReleased", failed("CardDeclined"))),
        ("PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED", "CONFIRMED", "REJECTED"),
        "CONFIRMED",
        ("REJECTED",),
    ),
]


def opened() -> World:
    """A world with an order that is priced, in which nobody does anything of their own accord."""
    world = World(0)
    with world.open(), world.quiet():
        orders.opened(STOCK)
        orders.placed(world, Scenario("o"))
    world.waiting.clear()
    return world


def deliveries(numbers: int) -> st.SearchStrategy[list[int]]:
    """Each of so many commands once to five times, in any order."""
    times = st.lists(st.integers(1, 5), min_size=numbers, max_size=numbers)
    return times.flatmap(lambda each: st.permutations([n for n, often in enumerate(each) for _ in range(often)]))


def played(part: Part, deeds: tuple[Deed, ...], order: list[int]) -> tuple[World, list[str]]:
    """Do the deeds in this order, and tell the states that the part has been in."""
    world, states = opened(), list[str]()
    with world.open(), world.quiet():
        for number in order:
            with suppress(Conflict, Rejection):
                deeds[number]()
            states.append(orders.books(world, "o")[part.name] or "")
    return world, [state for state in states if state]


def told_of(world: World, part: Part) -> list[str]:
    """What the part has told, but for what was told before anything was done."""
    return [kind for kind in orders.story(world, "o", part.name) if kind not in {"OrderReceived", "OrderPriced"}]


def went_back(states: list[str], way: tuple[str, ...]) -> bool:
    """Whether a part was ever in an earlier state than before."""
    places = [way.index(state) for state in states]
    return places != sorted(places)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
@settings(deadline=None, print_blob=True, max_examples=40, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_what_is_undone_is_undone_in_whatever_order_and_however_often(part: Part, data: st.DataObject) -> None:
    deeds = (*part.deeds, part.undo)
    order = data.draw(deliveries(len(deeds)))
    world, states = played(part, deeds, order)
    assert not went_back(states, part.way)
    assert states[-1] in part.undone
    assert orders.portions(world) == STOCK
    assert orders.books(world, "o")["charge"] in {None, "VOIDED", "REFUNDED"}
    assert len(told_of(world, part)) <= len(deeds)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
@settings(deadline=None, print_blob=True, max_examples=25, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_what_is_done_is_done_once_however_often_it_is_asked_for(part: Part, data: st.DataObject) -> None:
    order = data.draw(deliveries(len(part.deeds)))
    # Money that is not set aside yet cannot be taken: that command comes again by itself when it came too early.
    world, states = played(part, part.deeds, [*order, *range(len(part.deeds))])
    assert not went_back(states, part.way)
    assert states[-1] == part.done
    assert orders.portions(world) == (STOCK - 3 if part.name == "stock" else STOCK)
    assert orders.books(world, "o")["charge"] == ("TAKEN" if part.name == "payment" else None)
    assert len(told_of(world, part)) == len(part.deeds)
