"""Deliveries: one courier an order, and none after it was called off."""

import pytest

from tests.unit.delivery.roster import on_duty
from yafdp.delivery import model, service, store
from yafdp.delivery.messages import AssignCourier, DeliveryClosed, NoCourier, ReleaseCourier, Released
from yafdp.delivery.model import Delivery, DeliveryStatus
from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import NotFound

ASSIGN, RELEASE = AssignCourier(order_id="o", country="DE"), ReleaseCourier(order_id="o")


@pytest.fixture
def couriers(table: str) -> None:
    for name in ("ada", "blaise"):
        on_duty("DE", name)


def test_an_order_gets_one_courier_however_often_it_asks(couriers: None) -> None:
    first = service.perform(ASSIGN)
    on_duty("DE", "charles")
    assert service.perform(ASSIGN) == first
    assert store.deliveries().load("o").version == 1


def test_orders_are_spread_over_the_couriers(couriers: None) -> None:
    assigned = {service.assign(AssignCourier(order_id=str(number), country="DE")).courier_id for number in range(20)}
    assert assigned == {"ada", "blaise"}


def test_where_nobody_works_nobody_is_found_and_that_is_remembered(couriers: None) -> None:
    order = AssignCourier(order_id="o", country="FR")
    with pytest.raises(NoCourier):
        service.perform(order)
    on_duty("FR", "marie")
    with pytest.raises(NoCourier):
        service.perform(order)


def test_a_released_courier_is_released_once(couriers: None) -> None:
    for command in (ASSIGN, RELEASE, RELEASE):
        service.perform(command)
    delivery, version = store.deliveries().load("o")
    assert delivery is not None
    assert (delivery.status, delivery.courier_id, version) == (DeliveryStatus.RELEASED, None, 2)


@pytest.fixture
def ada(table: str) -> Caller:
    """The courier of an order whose food is ready."""
    on_duty("DE", "ada")
    service.perform(ASSIGN)
    store.deliveries().transition("o", model.food_is_ready)
    return Caller("ada", frozenset({"couriers"}))


def delivery() -> Delivery | None:
    return store.deliveries().load("o").state


def test_a_courier_who_has_the_food_is_not_released(ada: Caller) -> None:
    service.pick_up(ada, "o")
    before = delivery()
    assert service.perform(RELEASE) == Released(released=False)
    assert delivery() == before
    service.complete(ada, "o")
    assert service.perform(RELEASE) == Released(released=False)
    found = delivery()
    assert found is not None
    assert found.status is DeliveryStatus.DELIVERED


def test_a_courier_who_was_released_gets_no_food(ada: Caller) -> None:
    assert service.perform(RELEASE) == Released(released=True)
    with pytest.raises(NotFound):
        service.pick_up(ada, "o")
    assert service.perform(RELEASE) == Released(released=True)


def test_an_assignment_after_the_release_is_refused(couriers: None) -> None:
    service.perform(RELEASE)
    with pytest.raises(DeliveryClosed):
        service.perform(ASSIGN)
