"""Deliveries: one courier an order, and none after it was called off."""

import pytest

from yafdp.delivery import service, store
from yafdp.delivery.messages import AssignCourier, DeliveryClosed, NoCourier, ReleaseCourier
from yafdp.delivery.model import DeliveryStatus

ASSIGN, RELEASE = AssignCourier(order_id="o", country="DE"), ReleaseCourier(order_id="o")


@pytest.fixture
def couriers(table: str) -> None:
    for name in ("ada", "blaise"):
        store.put_courier("DE", name)


def test_an_order_gets_one_courier_however_often_it_asks(couriers: None) -> None:
    first = service.perform(ASSIGN)
    store.put_courier("DE", "charles")
    assert service.perform(ASSIGN) == first
    assert store.deliveries().load("o").version == 1


def test_orders_are_spread_over_the_couriers(couriers: None) -> None:
    assigned = {service.perform(AssignCourier(order_id=str(number), country="DE")).courier_id for number in range(20)}
    assert assigned == {"ada", "blaise"}


def test_where_nobody_works_nobody_is_found_and_that_is_remembered(couriers: None) -> None:
    order = AssignCourier(order_id="o", country="FR")
    with pytest.raises(NoCourier):
        service.perform(order)
    store.put_courier("FR", "marie")
    with pytest.raises(NoCourier):
        service.perform(order)


def test_a_released_courier_is_released_once(couriers: None) -> None:
    for command in (ASSIGN, RELEASE, RELEASE):
        service.perform(command)
    delivery, version = store.deliveries().load("o")
    assert delivery is not None
    assert (delivery.status, delivery.courier_id, version) == (DeliveryStatus.RELEASED, None, 2)


def test_an_assignment_after_the_release_is_refused(couriers: None) -> None:
    service.perform(RELEASE)
    with pytest.raises(DeliveryClosed):
        service.perform(ASSIGN)
