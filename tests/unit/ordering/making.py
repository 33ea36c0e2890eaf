"""Orders as ordering's tests need them."""

import msgspec

from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Address, Money
from yafdp.ordering import messages as m
from yafdp.ordering import store
from yafdp.ordering.messages import Coordination, Status
from yafdp.ordering.model import Order

AT = "2026-01-01T00:00:00.000Z"
PRICE = Money(amount=950, currency="EUR")


def order(status: Status = Status.RECEIVED, **changes: object) -> Order:
    """An order in this state, orchestrated and untouched since `AT` unless told otherwise."""
    made = Order(
        order_id="o",
        customer_id="alice",
        restaurant_id="r",
        status=status,
        lines=(m.Line(item_id="pizza", quantity=1),),
        delivery_address=Address(street="s", city="c", postal_code="1", country="DE"),
        payment_method="pm_card_ok",
        coordination=Coordination.ORCHESTRATION,
        fingerprint="f",
        created_at=AT,
        updated_at=AT,
        correlation_id="story",
        total=PRICE,
    )
    return msgspec.structs.replace(made, **changes)


def choreographed(status: Status = Status.RECEIVED, **changes: object) -> Order:
    """The same without a coordinator."""
    return order(status, **({"coordination": Coordination.CHOREOGRAPHY} | changes))


def recorded(asked: Order) -> None:
    """Write the order down as its first state."""
    happened = m.OrderReserved(status=asked.status, customer_id=asked.customer_id, restaurant_id=asked.restaurant_id)
    store.orders().record(asked.order_id, 0, Transition(asked, happened))


def current(order_id: str = "o") -> Order:
    """The order as it is written down now."""
    found = store.orders().load(order_id).state
    assert found is not None
    return found


def story(order_id: str = "o") -> list[str]:
    """The types of what has happened to it since it was written down."""
    return [event.type for event in store.orders().events(order_id, after=1)]
