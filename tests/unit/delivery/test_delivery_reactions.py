"""Delivery's part in an order, whoever coordinates it."""

import msgspec
import pytest

from tests.unit.delivery.roster import on_duty
from tests.unit.envelopes import DOCKET, event, failed
from yafdp.delivery import reactions, store
from yafdp.delivery.messages import DeliveryClosed, NoCourier
from yafdp.delivery.model import DeliveryStatus
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.messages import Address

ABROAD = msgspec.structs.replace(DOCKET, country="FR")


@pytest.fixture(autouse=True)
def _couriers(table: str) -> None:
    on_duty("DE", "ada")


def status() -> DeliveryStatus | None:
    delivery = store.deliveries().load("o").state
    return delivery.status if delivery else None


def happened() -> list[Envelope]:
    return store.deliveries().events("o")


def test_a_courier_is_found_once_the_kitchen_takes_the_order_on_and_is_on_the_docket() -> None:
    for _ in range(2):
        reactions.react(event("TicketAccepted"))
    (told,) = happened()
    assert (told.type, told.data["courierId"], told.data["docket"]["courierId"]) == ("CourierAssigned", "ada", "ada")


def test_where_from_and_where_to_come_with_the_docket() -> None:
    home = Address(street="Torstr. 1", city="Berlin", postal_code="10119", country="DE")
    reactions.react(event("TicketAccepted", msgspec.structs.replace(DOCKET, delivery_address=home)))
    delivery = store.deliveries().load("o").state
    assert delivery is not None
    assert (delivery.restaurant_id, delivery.delivery_address) == ("r", home)


def test_where_no_courier_works_that_is_told_with_its_reason_and_every_time() -> None:
    for _ in range(2):
        with pytest.raises(NoCourier):
            reactions.react(event("TicketAccepted", ABROAD))
    (told,) = happened()
    assert (told.type, told.data["docket"]["failure"]["error"]) == ("CourierMissing", "NoCourier")


@pytest.mark.parametrize("kind", ["CaptureRefused", "CaptureUncertain", "OrderCancellationRequested"])
def test_a_courier_is_freed_once_when_the_order_is_off_and_the_reason_travels_on(kind: str) -> None:
    reactions.react(event("TicketAccepted"))
    for _ in range(2):
        reactions.react(event(kind, failed("CaptureFailed")))
    assert [one.type for one in happened()] == ["CourierAssigned", "CourierReleased"]
    assert happened()[-1].data["docket"]["failure"]["error"] == "CaptureFailed"


def test_an_order_that_is_off_before_its_courier_was_found_gets_none() -> None:
    reactions.react(event("OrderCancellationRequested", failed("CancelledByCustomer")))
    with pytest.raises(DeliveryClosed):
        reactions.react(event("TicketAccepted"))
    assert [one.type for one in happened()] == ["CourierReleased"]


def test_where_nobody_was_found_nobody_is_freed_for_that_has_set_off_the_way_back() -> None:
    with pytest.raises(NoCourier):
        reactions.react(event("TicketAccepted", ABROAD))
    reactions.react(event("OrderCancellationRequested", failed("CancelledByCustomer")))
    assert [one.type for one in happened()] == ["CourierMissing"]


def test_food_that_is_ready_waits_for_its_courier() -> None:
    reactions.react(event("TicketAccepted"))
    for _ in range(2):
        reactions.await_pickup(event("TicketReady", None))
    assert (status(), [one.type for one in happened()]) == (DeliveryStatus.READY, ["CourierAssigned", "DeliveryReady"])


def test_food_that_nobody_comes_for_waits_for_nobody() -> None:
    reactions.await_pickup(event("TicketReady", None))
    assert status() is None
    reactions.react(event("OrderCancellationRequested", failed("CancelledByCustomer")))
    reactions.await_pickup(event("TicketReady", None))
    assert status() is DeliveryStatus.RELEASED


def test_events_of_another_kind_or_without_a_docket_are_poison() -> None:
    for react, told in (
        (reactions.await_pickup, event("TicketAccepted")),
        (reactions.react, event("StockReserved")),
        (reactions.react, event("TicketAccepted", None)),
    ):
        with pytest.raises(InvalidMessage):
            react(told)
    assert happened() == []
