"""Orders for the little world, what people do about them, and what must be true of them in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.unit.choreography.tables import Values
from tests.unit.choreography.world import World
from yafdp.catalog import store as catalog_store
from yafdp.catalog.messages import Item, Restaurant
from yafdp.delivery import service as delivery
from yafdp.delivery.messages import StartShift
from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import Conflict, NotFound, Unavailable
from yafdp.kernel.messages import Address, Money
from yafdp.kernel.revisions import Revised
from yafdp.kitchen import service as kitchen
from yafdp.ordering import messages as m
from yafdp.ordering import model, store
from yafdp.ordering.messages import Coordination, Status
from yafdp.ordering.model import Order, Priced
from yafdp.ordering.service import ordering
from yafdp.payments import sandbox, settling
from yafdp.payments.messages import GatewayTimeout
from yafdp.payments.sandbox import Sandbox

AT = "2026-01-01T00:00:00.000Z"
COURIER = Caller("ada", frozenset({"couriers"}))
COOK = Caller("cook", frozenset({"staff"}), "r")
# Where couriers work, and where none does.
COUNTRY, NOWHERE = "DE", "FR"
# How often a person tries something that cannot be done yet before they leave it.
PATIENCE = 12
PARTITIONS = {
    "order": "ORDER#",
    "stock": "RESERVATION#",
    "payment": "PAYMENT#",
    "kitchen": "TICKET#",
    "delivery": "DELIVERY#",
}
GOOD = model.WAY[model.WAY.index(Status.CONFIRMED) :]
BAD = (Status.REJECTED, Status.CANCELLED)


@dataclass(frozen=True)
class Scenario:
    """What an order meets on its way. `kitchen`: what its staff do, one after the other; nothing at all where it is
    empty. `cancelled`: its customer calls it off at some moment. `acts`: its customer
    does what their bank wants, and comes back; or does not, and the gateway's events tell of it, or none does.
    """

    order_id: str
    method: str = sandbox.CARD_OK
    country: str = COUNTRY
    quantity: int = 1
    automatic: bool = True
    kitchen: tuple[str, ...] = ()
    courier: tuple[str, ...] = ()
    cancelled: bool = False
    acts: str = "comes back"

    @classmethod
    def drawn(cls, order_id: str, random: Random) -> "Scenario":
        """Any of the things that can happen, about half of the orders without a fault of their own; and one in ten
        called off when its courier already has the food, which not everybody may have heard of.
        """
        if random.random() < 0.1:
            return cls(order_id, kitchen=("ready",), courier=("pick_up", "cancel", "complete"))
        methods = [sandbox.CARD_OK] * 12 + [sandbox.CARD_DECLINED, sandbox.CAPTURE_FAILS, sandbox.CHARGE_THEN_TIMEOUT]
        methods += [sandbox.NEEDS_ACTION] * 3 + [sandbox.ACTION_THEN_DECLINED]
        automatic = random.random() < 0.4
        answers = [(), ("reject",), *[("accept",)] * 4, ("accept", "reject"), ("accept", "ready")]
        return cls(
            order_id=order_id,
            method=random.choice(methods),
            country=random.choice([COUNTRY] * 12 + [NOWHERE]),
            quantity=random.randint(1, 3),
            automatic=automatic,
            kitchen=random.choice([(), ("ready",), ("reject",)] if automatic else answers),
            courier=random.choice([(), ("pick_up", "complete")]),
            cancelled=random.random() < 0.3,
            acts=random.choice(["comes back", "comes back", "is told of", "is told of", "stays away", ""]),
        )


def opened(stock: int) -> None:
    """One restaurant with one item, and one courier."""
    restaurant = Restaurant(restaurant_id="r", name="R", cuisine="any")
    item = Item(item_id="pizza", name="Pizza", price=Money(amount=950, currency="EUR"), stock=stock)
    assert catalog_store.create_restaurant(Revised(restaurant, "first"))
    assert catalog_store.create_item("r", Revised(item, "first"))
    delivery.start_shift(COURIER, StartShift(country=COUNTRY))


def placed(world: World, scenario: Scenario) -> None:
    """The order as intake leaves it: received and priced. From here on everybody does their part."""
    order_id, line = scenario.order_id, m.Line(item_id="pizza", quantity=scenario.quantity, name="Pizza")
    total = Money(amount=950 * scenario.quantity, currency="EUR")
    asked = Order(
        order_id=order_id,
        customer_id="alice",
        restaurant_id="r",
        status=Status.RECEIVED,
        lines=(line,),
        delivery_address=Address(street="s", city="c", postal_code="1", country=scenario.country),
        payment_method=scenario.method,
        coordination=Coordination.CHOREOGRAPHY,
        fingerprint="f",
        created_at=AT,
        updated_at=AT,
        correlation_id="story",
    )
    priced = Priced(items=(line,), total=total, automatic_acceptance=scenario.automatic)
    store.orders().transition(order_id, lambda order: model.receive(order, asked))
    store.orders().transition(order_id, lambda order: model.price(order, priced, AT))
    _populate(world, scenario)


def _populate(world: World, scenario: Scenario) -> None:
    order_id = scenario.order_id
    staff: dict[str, Callable[[], object]] = {
        "accept": lambda: kitchen.accept(COOK, order_id),
        "reject": lambda: kitchen.reject(COOK, order_id, "the oven broke"),
        "ready": lambda: kitchen.ready(COOK, order_id),
        "pick_up": lambda: delivery.pick_up(COURIER, order_id),
        "complete": lambda: delivery.complete(COURIER, order_id),
        "cancel": lambda: ordering().cancel(order_id, "alice"),
    }
    for names in (scenario.kitchen, scenario.courier):
        if names:
            world.waiting.append(Person(order_id, [(name, staff[name]) for name in names]))
    if scenario.acts and scenario.method in {sandbox.NEEDS_ACTION, sandbox.ACTION_THEN_DECLINED}:
        confirm = ("confirm", lambda: settling.customer_returned(Caller("alice"), order_id))
        agree = ("agree at the bank about", lambda: _agreed(world, scenario))
        world.waiting.append(Person(order_id, [confirm if scenario.acts == "comes back" else agree]))
    if scenario.cancelled:
        cancel = ("cancel", lambda: ordering().cancel(order_id, "alice"))
        world.waiting.append(Person(order_id, [cancel], patience=1))


def _agreed(world: World, scenario: Scenario) -> None:
    """The bank has its answer, and the gateway tells of that as often as it likes, or not at all."""
    if not world.tables.of(f"SANDBOX#{scenario.order_id}", "CHARGE"):
        raise NotFound("the bank has not asked yet")
    Sandbox().returned(scenario.order_id)
    for _ in range(world.random.randint(1, 3) if scenario.acts == "is told of" else 0):
        world.waiting.append(Hint(scenario.order_id))


class Hint:
    """An event of the gateway's: something has changed."""

    def __init__(self, order_id: str) -> None:
        self._order_id = order_id

    def __str__(self) -> str:
        return f"the gateway hints at {self._order_id}"

    def __call__(self) -> bool:
        """Look into it; whether the gateway said anything."""
        try:
            settling.look(self._order_id, "event")
        except GatewayTimeout:
            return False
        return True


class Person:
    """Somebody who wants to do these things, and tries again for a while when it is too early or too late for one."""

    def __init__(self, order_id: str, plan: list[tuple[str, Callable[[], object]]], patience: int = PATIENCE) -> None:
        self._order_id, self._plan, self._patience = order_id, plan, patience

    def __str__(self) -> str:
        return f"somebody wants to {self._plan[0][0]} {self._order_id}"

    def __call__(self) -> bool:
        """Try the next thing; whether there is nothing left to try."""
        try:
            self._plan[0][1]()
        except (Conflict, NotFound, Unavailable):
            self._patience -= 1
            return not self._patience
        self._plan = self._plan[1:]
        return not self._plan


def books(world: World, order_id: str) -> dict[str, str | None]:
    """Where every participant says the order stands, and what the gateway holds of the customer's money."""
    found = {name: _status(world.tables.of(prefix + order_id)) for name, prefix in PARTITIONS.items()}
    return found | {"charge": world.tables.of(f"SANDBOX#{order_id}", "CHARGE").get("charge")}


def portions(world: World) -> int:
    """Portions left."""
    return int(world.tables.of("RESTAURANT#r", "ITEM#pizza")["stock"])


def consistent(world: World, scenario: Scenario) -> bool:
    """Assert that the order has come to one end and that everybody's books say the same; whether it went well."""
    found, told = books(world, scenario.order_id), story(world, scenario.order_id)
    endings = [kind for kind in told if kind in {"OrderRejected", "OrderCancelled"}]
    if found["order"] in GOOD:
        assert not endings, told
        # Being called off stops for one reason only: the courier was faster.
        called_off = "OrderCancellationRequested" in told or "OrderFailing" in told
        assert called_off == ("OrderReinstated" in told), told
        assert not called_off or found["delivery"] in {"PICKED_UP", "DELIVERED"}, found
        ledger = world.tables.of(f"SANDBOX#{scenario.order_id}", "CHARGE")
        assert (found["charge"], ledger["amount"]) == ("TAKEN", 950 * scenario.quantity), found
        assert (found["stock"], found["payment"]) == ("RESERVED", "CAPTURED"), found
        assert found["kitchen"] in {"CONFIRMED", "READY", "COLLECTED"}, found
        assert found["delivery"] in {"ASSIGNED", "READY", "PICKED_UP", "DELIVERED"}, found
        return True
    assert found["order"] in BAD, found
    # Whose food is under way pays for it.
    assert "DeliveryPickedUp" not in story(world, scenario.order_id, "delivery"), found
    assert endings == told[-1:], told
    # Who is told that their order is being called off is never told later that it failed.
    assert "OrderCancellationRequested" not in told or found["order"] == Status.CANCELLED, told
    assert found["charge"] in {None, "REFUSED", "VOIDED", "REFUNDED"}, found
    # Nobody is told of their money what is not true.
    reason = world.tables.of(PARTITIONS["order"] + scenario.order_id)["state"]["reason"]
    assert ("not been charged" if found["charge"] == "REFUNDED" else "way back to you") not in reason, (reason, found)
    assert found["stock"] in {None, "REFUSED", "RELEASED"}, found
    assert found["kitchen"] in {None, "REJECTED", "WITHDRAWN"}, found
    assert found["delivery"] in {None, "REFUSED", "RELEASED"}, found
    return False


def story(world: World, order_id: str, participant: str = "order") -> list[str]:
    """The types of the events that a participant has told of the order."""
    of = PARTITIONS[participant] + order_id
    events = sorted((sort, item) for (_, partition, sort), item in world.tables.items.items() if partition == of)
    return [item["envelope"]["type"] for sort, item in events if sort != "STATE"]


def _status(item: Values) -> str | None:
    return item["state"]["status"] if item else None
