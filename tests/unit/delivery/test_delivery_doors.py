"""What couriers can do with their deliveries, and nobody else."""

import pytest

from tests.unit.delivery.roster import on_duty
from yafdp.delivery import model, service, store
from yafdp.delivery.messages import AssignCourier, ReleaseCourier
from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import Conflict, Forbidden, NotFound
from yafdp.kernel.messages import Address

ADA = Caller("ada", frozenset({"couriers"}))
BLAISE = Caller("blaise", frozenset({"couriers"}))


@pytest.fixture(autouse=True)
def _assigned(table: str) -> None:
    on_duty("DE", "ada")
    service.perform(AssignCourier(order_id="o", country="DE"))


def food_is_ready() -> None:
    store.deliveries().transition("o", model.food_is_ready)


def test_a_delivery_goes_from_the_kitchen_to_the_customer_step_by_step() -> None:
    with pytest.raises(Conflict, match="READY"):
        service.pick_up(ADA, "o")
    food_is_ready()
    with pytest.raises(Conflict, match="PICKED_UP"):
        service.complete(ADA, "o")
    for _ in range(2):
        assert service.pick_up(ADA, "o").status == "PICKED_UP"
    for _ in range(2):
        assert service.complete(ADA, "o").status == "DELIVERED"
    assert service.pick_up(ADA, "o").status == "DELIVERED"
    assert [one.type for one in store.deliveries().events("o")] == [
        "CourierAssigned",
        "DeliveryReady",
        "DeliveryPickedUp",
        "DeliveryCompleted",
    ]


@pytest.mark.parametrize("order_id", ["o", "unheard-of"])
def test_another_couriers_delivery_looks_like_none(order_id: str) -> None:
    food_is_ready()
    for act in (service.pick_up, service.complete):
        with pytest.raises(NotFound):
            act(BLAISE, order_id)


def test_nobody_sets_out_for_an_order_that_was_called_off() -> None:
    food_is_ready()
    service.perform(ReleaseCourier(order_id="o"))
    for act in (service.pick_up, service.complete):
        with pytest.raises(NotFound):
            act(ADA, "o")
    assert service.runs(ADA, 10, None).items == ()


@pytest.mark.parametrize(
    "caller", [Caller("ada"), Caller("ada", frozenset({"admins"})), Caller("ada", frozenset({"staff"}), "r")]
)
def test_whoever_is_no_courier_may_do_nothing(caller: Caller) -> None:
    food_is_ready()
    for act in (service.pick_up, service.complete):
        with pytest.raises(Forbidden):
            act(caller, "o")
    with pytest.raises(Forbidden):
        service.runs(caller, 10, None)


def test_a_courier_reads_where_to_and_forgets_it_at_the_door() -> None:
    home = Address(street="Torstr. 1", city="Berlin", postal_code="10119", country="DE")
    service.perform(AssignCourier(order_id="p", country="DE", restaurant_id="r", delivery_address=home))
    store.deliveries().transition("p", model.food_is_ready)
    for act in (service.pick_up, service.complete):
        shown = [run for run in service.runs(ADA, 10, None).items if run.order_id == "p"]
        assert [(run.restaurant_id, run.delivery_address) for run in shown] == [("r", home)]
        done = act(ADA, "p")
    assert (done.restaurant_id, done.delivery_address) == ("r", None)


def test_the_open_list_holds_what_is_not_delivered() -> None:
    service.perform(AssignCourier(order_id="done", country="DE"))
    store.deliveries().transition("done", model.food_is_ready)
    service.pick_up(ADA, "done")
    assert len(service.runs(ADA, 10, None, only_open=True).items) == 2
    service.complete(ADA, "done")
    assert [run.order_id for run in service.runs(ADA, 10, None, only_open=True).items] == ["o"]
    service.perform(ReleaseCourier(order_id="o"))
    assert service.runs(ADA, 10, None, only_open=True).items == ()
    assert service.runs(BLAISE, 10, None, only_open=True).items == ()


def test_couriers_see_their_own_deliveries_page_by_page() -> None:
    for number in range(4):
        service.perform(AssignCourier(order_id=f"o{number}", country="DE"))
    on_duty("AT", "blaise")
    service.perform(AssignCourier(order_id="abroad", country="AT"))
    first = service.runs(ADA, 3, None)
    second = service.runs(ADA, 3, first.cursor)
    assert sorted(run.order_id for page in (first, second) for run in page.items) == ["o", "o0", "o1", "o2", "o3"]
    assert [run.order_id for run in service.runs(BLAISE, 3, None).items] == ["abroad"]
