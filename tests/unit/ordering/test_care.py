"""Orders that are called off, stand still or wait for a person: each gets what it needs, and once."""

import json
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from tests.unit.envelopes import event
from tests.unit.ordering.making import choreographed, current, order, recorded, story
from yafdp.kernel.clients import client
from yafdp.kernel.context import Correlation, correlated
from yafdp.kernel.docket import Failure
from yafdp.kernel.envelope import Envelope, command
from yafdp.kernel.errors import Conflict, InvalidMessage
from yafdp.ordering import care, endings, store
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Status
from yafdp.ordering.model import Order
from yafdp.ordering.service import ordering

LONG_AGO, LATER = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
CALLED_OFF = Failure(error=endings.BY_CUSTOMER)


class Machines:
    """Step Functions and the order queue, as far as ordering uses them."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str, dict[str, Any]]] = []
        self.queued: list[str] = []
        self.taken = type("ExecutionAlreadyExists", (Exception,), {})
        self.exceptions = mock.Mock(ExecutionAlreadyExists=self.taken)
        self.broken = False

    def start_execution(self, **start: Any) -> None:
        """Start, unless there is one of this name."""
        if self.broken:
            raise ConnectionError
        if start["name"] in self.names:
            raise self.taken
        self.started.append((start["stateMachineArn"], start["name"], json.loads(start["input"])))

    def send_message(self, **message: Any) -> None:
        """Remember what was sent."""
        self.queued.append(json.loads(message["MessageBody"])["type"])

    @property
    def names(self) -> list[str]:
        """Of the executions."""
        return [name for _, name, _ in self.started]


@pytest.fixture
def machines(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """A day after the orders' last change."""
    made = Machines()
    tables = client
    monkeypatch.setenv("SAGA_ARN", "saga")
    monkeypatch.setenv("UNDO_ARN", "undo")
    monkeypatch.setenv("ORDER_QUEUE_URL", "queue")
    monkeypatch.setattr(
        store, "client", lambda name, **options: tables(name, **options) if name == "dynamodb" else made
    )
    monkeypatch.setattr(care, "timestamp", lambda: LATER)
    with correlated(Correlation("story")):
        yield made


def stalled(measure: str) -> Envelope:
    """What the watchdog has written down."""
    told = {"status": "RESERVED", "customerId": "alice", "since": LONG_AGO, "measure": measure}
    return event("OrderStalled", None, **told)


def swept() -> list[Envelope]:
    """Sweep, and what comes back of it."""
    before = len(store.orders().events("o"))
    care.attend(command(m.SweepOrders(), "orders"))
    return store.orders().events("o", after=before)


def test_a_cancelled_order_is_undone_by_the_undo_machine_for_the_reason_it_was_cancelled_for(
    machines: Machines,
) -> None:
    recorded(order(Status.AUTHORISED, closing=CALLED_OFF))
    for _ in range(2):
        care.attend(event("OrderCancellationRequested", None))
    assert machines.started == [
        (
            "undo",
            "o-cancelled",
            {
                "order": {"orderId": "o", "restaurantId": "r", "correlationId": "story"},
                "failure": {"error": "CancelledByCustomer", "detail": ""},
                "undo": ["courier", "kitchen", "payment", "stock"],
            },
        )
    ]


def test_an_order_in_time_is_left_alone(machines: Machines) -> None:
    recorded(order(Status.RESERVED, updated_at=LATER))
    assert swept() == []


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.DELIVERED, Status.NEEDS_ATTENTION])
def test_an_order_that_is_over_is_never_found(machines: Machines, status: Status) -> None:
    recorded(order(status))
    assert swept() == []


def test_an_order_that_was_never_priced_is_put_in_line_again(machines: Machines) -> None:
    recorded(order(Status.RECEIVED))
    (told,) = swept()
    assert machines.queued == []  # the event makes it happen, not the sweep
    care.attend(told)
    assert (machines.queued, current().closing, current().stalls) == (["SubmitOrder"], None, 1)


def test_an_order_whose_saga_never_started_gets_it(machines: Machines) -> None:
    recorded(order(Status.PRICED))
    (told,) = swept()
    for _ in range(2):
        care.attend(told)
    assert [(machine, name) for machine, name, _ in machines.started] == [("saga", "o")]


@pytest.mark.parametrize("make", [order, choreographed])
def test_an_order_that_is_stuck_with_a_participant_is_undone(machines: Machines, make: type) -> None:
    recorded(make(Status.AUTHORISED))
    (told,) = swept()
    assert current().closing == Failure(error="OrderStalled", detail="stood still as AUTHORISED")
    for _ in range(2):
        care.attend(told)
    assert machines.names == ["o-stalled-2"]


def test_an_order_that_is_still_being_undone_is_undone_anew_for_its_own_reason(machines: Machines) -> None:
    recorded(order(Status.AUTHORISED, closing=CALLED_OFF))
    (told,) = swept()
    care.attend(told)
    assert machines.started[0][2]["failure"]["error"] == endings.BY_CUSTOMER


def test_an_order_that_waits_for_people_is_reported_and_nothing_is_done(machines: Machines) -> None:
    recorded(order(Status.CONFIRMED))
    (told,) = swept()
    assert (told.data["measure"], current().closing) == ("report", None)
    care.attend(told)
    assert (machines.started, machines.queued) == ([], [])


def test_what_fails_when_a_measure_is_taken_can_be_tried_again(machines: Machines) -> None:
    recorded(order(Status.AUTHORISED))
    (told,) = swept()
    machines.broken = True
    with pytest.raises(ConnectionError):
        care.attend(told)
    machines.broken = False
    care.attend(told)
    assert machines.names == ["o-stalled-2"]


@pytest.mark.parametrize("measure", ["continue", "undo"])
@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.DELIVERED, Status.NEEDS_ATTENTION])
def test_a_measure_comes_too_late_for_an_order_that_has_ended(machines: Machines, status: Status, measure: str) -> None:
    recorded(order(status))
    care.attend(stalled(measure))
    assert (machines.started, machines.queued) == ([], [])


def test_an_order_that_went_on_by_itself_is_not_sent_on_its_way(machines: Machines) -> None:
    recorded(order(Status.RESERVED))
    care.attend(stalled("continue"))
    assert (machines.started, machines.queued) == ([], [])


def test_an_order_that_cannot_be_looked_after_keeps_no_other_waiting(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(order(Status.RESERVED, order_id="o"))
    monkeypatch.setattr(store, "overdue", lambda at, limit: iter(["nowhere", "o", "nowhere"]))
    with pytest.raises(ExceptionGroup) as failed:
        care.sweep()
    assert [type(one) for one in failed.value.exceptions] == [Conflict, Conflict]
    assert story() == ["OrderStalled"]


def test_a_sweep_finds_the_orders_of_every_partition(machines: Machines) -> None:
    names = [f"order-{number}" for number in range(12)]
    for name in names:
        recorded(order(Status.RESERVED, order_id=name))
    care.sweep()
    assert [story(name) for name in names] == [["OrderStalled"]] * 12
    care.sweep()
    assert [story(name) for name in names] == [["OrderStalled"]] * 12


@pytest.mark.parametrize(
    "waiting",
    [order(Status.NEEDS_ATTENTION, closing=CALLED_OFF), order(Status.RESERVED, closing=CALLED_OFF)],
    ids=["put before a person", "being undone"],
)
def test_an_operator_can_have_an_order_undone_as_often_as_it_takes(machines: Machines, waiting: Order) -> None:
    recorded(waiting)
    for attempt in ("one", "one", "two"):
        care.resume("o", attempt)
    assert machines.names == ["o-again-one", "o-again-two"]


@pytest.mark.parametrize("status", [Status.RESERVED, Status.CONFIRMED, Status.REJECTED, Status.DELIVERED])
def test_there_is_nothing_to_resume_about_any_other_order(machines: Machines, status: Status) -> None:
    recorded(order(status))
    care.attend(command(m.ResumeOrder(order_id="o"), "o"))
    assert machines.started == []


def test_a_message_that_nobody_attends_to_is_poison(machines: Machines) -> None:
    with pytest.raises(InvalidMessage):
        care.attend(event("OrderRejected", None))


def test_an_executions_name_is_one_that_step_functions_takes(machines: Machines) -> None:
    order_id = "62c8c7aa-618d-54b6-960b-a1fa9c0db274"
    recorded(order(Status.NEEDS_ATTENTION, order_id=order_id))
    care.attend(command(m.ResumeOrder(order_id=order_id), order_id))
    (name,) = machines.names
    assert len(name) <= 80


def test_a_cancelled_order_is_its_customers_and_counted_once(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("yafdp.ordering.service.count", counted.append)
    recorded(order(Status.AUTHORISED))
    for _ in range(2):
        view = ordering().cancel("o", "alice")
        assert (view.status, view.closing) == (Status.AUTHORISED, True)
    assert (counted, story()) == (["OrdersCancelled"], ["OrderCancellationRequested"])
