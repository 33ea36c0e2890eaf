"""Orders that stand still: noticed once their time is over, and sent on, undone or reported."""

from collections import Counter

import pytest

from tests.unit.ordering.making import AT, choreographed, order
from yafdp.kernel.docket import Failure
from yafdp.kernel.errors import Conflict
from yafdp.ordering import endings, model, watchdog
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Coordination, Status
from yafdp.ordering.watchdog import Measure

FAILURE = Failure(error="CardDeclined")
OPEN = [status for status in Status if status not in model.ENDINGS]
PEOPLE = (Status.CONFIRMED, Status.READY, Status.PICKED_UP)
NEXT_DAY = "2026-01-02T00:00:00.000Z"


def test_every_open_order_is_watched_and_no_ended_one() -> None:
    assert watchdog.BUDGETS.keys() == set(OPEN)
    for status in OPEN:
        assert watchdog.due_at(order(status)) is not None
    for status in model.ENDINGS:
        assert watchdog.due_at(order(status, closing=FAILURE)) is None


def test_an_order_is_due_when_its_state_has_had_its_time() -> None:
    assert watchdog.BUDGETS[Status.CONFIRMED] == 2 * 60 * 60
    assert watchdog.due_at(order(Status.CONFIRMED)) == "2026-01-01T02:00:00.000Z"


@pytest.mark.parametrize("coordination", Coordination)
def test_an_order_that_is_being_undone_has_the_time_for_that_and_not_its_states(coordination: Coordination) -> None:
    due = {watchdog.due_at(order(status, coordination=coordination, closing=FAILURE)) for status in OPEN}
    assert len(due) == 1
    seconds = watchdog.UNDOING[coordination]
    assert due == {f"2026-01-01T{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}.000Z"}


def test_open_orders_are_spread_over_the_partitions_of_their_index() -> None:
    found = Counter(watchdog.shard(f"order-{number}") for number in range(400))
    assert found.keys() == {f"OPEN#{number}" for number in range(watchdog.SHARDS)}
    assert min(found.values()) > 400 / watchdog.SHARDS / 2
    assert watchdog.shard("order-1") == watchdog.shard("order-1")


@pytest.mark.parametrize("status", PEOPLE)
def test_people_who_take_long_are_reported_and_never_undone(status: Status) -> None:
    for stalls in (0, 1, 100):
        assert watchdog.measure(order(status, stalls=stalls)) is Measure.REPORT


@pytest.mark.parametrize(
    ("status", "orchestrated", "danced"),
    [
        (Status.RECEIVED, Measure.CONTINUE, Measure.CONTINUE),
        # Nobody tells a second time that an order is priced: its event is on the bus, or in a dead-letter queue.
        (Status.PRICED, Measure.CONTINUE, Measure.UNDO),
        (Status.RESERVED, Measure.UNDO, Measure.UNDO),
        (Status.AUTHORISED, Measure.UNDO, Measure.UNDO),
        (Status.ACCEPTED, Measure.UNDO, Measure.UNDO),
        (Status.ASSIGNED, Measure.UNDO, Measure.UNDO),
    ],
)
def test_what_can_be_sent_again_is_and_the_rest_is_undone(
    status: Status, orchestrated: Measure, danced: Measure
) -> None:
    assert watchdog.measure(order(status)) is orchestrated
    assert watchdog.measure(choreographed(status)) is danced


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.PRICED])
def test_an_order_is_sent_on_its_way_only_so_often(status: Status) -> None:
    measures = [watchdog.measure(order(status, stalls=stalls)) for stalls in range(watchdog.CONTINUATIONS + 2)]
    assert measures == [Measure.CONTINUE] * watchdog.CONTINUATIONS + [Measure.UNDO] * 2


@pytest.mark.parametrize("status", OPEN)
def test_an_order_that_is_being_undone_is_undone_again_wherever_it_stands(status: Status) -> None:
    assert watchdog.measure(order(status, closing=FAILURE)) is Measure.UNDO


def test_a_stall_is_written_down_with_since_when_and_what_is_done() -> None:
    change = watchdog.stalled(order(Status.CONFIRMED, stalls=1), NEXT_DAY)
    assert change is not None
    assert isinstance(change.event, m.OrderStalled)
    assert (change.event.since, change.event.measure, change.event.status) == (AT, "report", Status.CONFIRMED)
    assert (change.state.stalls, change.state.closing, change.state.updated_at) == (2, None, NEXT_DAY)


def test_an_order_that_will_be_undone_goes_no_step_further_from_then_on() -> None:
    change = watchdog.stalled(order(Status.RESERVED), NEXT_DAY)
    assert change is not None
    assert change.state.closing == Failure(error=endings.STALLED, detail="stood still as RESERVED")
    with pytest.raises(m.OrderClosing):
        model.advance(change.state, m.AdvanceOrder(order_id="o", status=Status.AUTHORISED), NEXT_DAY)


def test_the_reason_why_an_order_is_being_undone_outlives_its_standing_still() -> None:
    change = watchdog.stalled(order(Status.RESERVED, closing=FAILURE), NEXT_DAY)
    assert change is not None
    assert change.state.closing == FAILURE


def test_an_order_that_is_sent_on_its_way_is_not_being_undone() -> None:
    change = watchdog.stalled(order(Status.RECEIVED), NEXT_DAY)
    assert change is not None
    assert change.state.closing is None


def test_a_measure_gives_the_order_its_time_anew() -> None:
    change = watchdog.stalled(order(Status.CONFIRMED), NEXT_DAY)
    assert change is not None
    assert watchdog.due_at(change.state) == "2026-01-02T02:00:00.000Z"
    assert watchdog.stalled(change.state, NEXT_DAY) is None


@pytest.mark.parametrize("status", OPEN)
def test_an_order_in_time_is_left_alone_up_to_its_last_moment(status: Status) -> None:
    due = watchdog.due_at(order(status))
    assert due is not None
    assert watchdog.stalled(order(status), AT) is None
    assert watchdog.stalled(order(status), due) is not None


@pytest.mark.parametrize("status", sorted(model.ENDINGS))
def test_an_order_that_has_ended_meanwhile_is_left_alone(status: Status) -> None:
    assert watchdog.stalled(order(status), NEXT_DAY) is None


def test_an_order_that_does_not_exist_cannot_stand_still() -> None:
    with pytest.raises(Conflict):
        watchdog.stalled(None, NEXT_DAY)
