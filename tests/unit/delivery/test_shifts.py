"""Couriers go on and off duty: who is on duty is found, and nobody else."""

import pytest

from tests.unit.delivery.roster import courier, on_duty
from yafdp.delivery import service, store
from yafdp.delivery.messages import AssignCourier, NoCourier, ShiftView, StartShift
from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import Forbidden

ADA = courier("ada")


def found(country: str) -> list[str]:
    return store.couriers(country)


def events() -> list[tuple[str, str | None]]:
    journal = store._shifts()
    return [(event.type, event.data.get("country")) for event in journal.events("ada")]


@pytest.fixture(autouse=True)
def _table(table: str) -> None:
    pass


def test_a_courier_who_never_worked_is_off_duty() -> None:
    assert service.shift(ADA) == ShiftView(courier_id="ada", on_duty=False)
    assert service.end_shift(ADA) == ShiftView(courier_id="ada", on_duty=False)
    assert events() == []


def test_whoever_is_on_duty_is_found_and_nobody_else() -> None:
    started = on_duty("DE", "ada")
    assert (started.on_duty, started.country) == (True, "DE")
    assert service.shift(ADA) == started
    assert (found("DE"), found("AT")) == (["ada"], [])
    ended = service.end_shift(ADA)
    assert (ended.on_duty, ended.country) == (False, None)
    assert service.shift(ADA) == ended
    assert found("DE") == []


def test_a_courier_works_in_one_country_at_a_time() -> None:
    for country in ("DE", "AT", "AT"):
        on_duty(country, "ada")
    assert (found("DE"), found("AT")) == ([], ["ada"])
    assert events() == [("CourierWentOnDuty", "DE"), ("CourierWentOnDuty", "AT")]


def test_a_shift_that_is_started_or_ended_again_stays_as_it_was() -> None:
    assert on_duty("DE", "ada") == on_duty("DE", "ada")
    assert service.end_shift(ADA) == service.end_shift(ADA)
    assert events() == [("CourierWentOnDuty", "DE"), ("CourierWentOffDuty", None)]


def test_the_end_of_a_shift_leaves_its_couriers_deliveries_alone() -> None:
    on_duty("DE", "ada")
    service.perform(AssignCourier(order_id="o", country="DE"))
    service.end_shift(ADA)
    assert [run.order_id for run in service.runs(ADA, 10, None).items] == ["o"]
    with pytest.raises(NoCourier):
        service.perform(AssignCourier(order_id="another", country="DE"))


def test_only_couriers_have_shifts() -> None:
    staff = Caller("ada", frozenset({"staff"}))
    for act in (service.shift, service.end_shift, lambda caller: service.start_shift(caller, StartShift(country="DE"))):
        with pytest.raises(Forbidden):
            act(staff)
    assert found("DE") == []
