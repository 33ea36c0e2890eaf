"""How an order ends other than well: the first reason stands, in words for a person, and no made food is undone."""

from collections.abc import Callable

import msgspec
import pytest

from tests.unit.ordering.making import choreographed, order
from yafdp.kernel.docket import Failure
from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.ordering import endings, model
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Status
from yafdp.ordering.model import Order

LATER = "2026-01-01T00:05:00.000Z"
DECLINED = Failure(error="CardDeclined", detail="insufficient funds")
ON_THE_WAY = model.WAY[1 : model.WAY.index(Status.READY)]
MADE = model.WAY[model.WAY.index(Status.READY) :]
BADLY_ENDED = (Status.REJECTED, Status.CANCELLED, Status.NEEDS_ATTENTION)

type Decide = Callable[[Order | None], Transition[Order] | None]


def cancel(state: Order | None, code: str = endings.BY_CUSTOMER) -> Transition[Order] | None:
    return endings.cancel(state, code, "", LATER)


def fail(state: Order | None, error: str = "CardDeclined") -> Transition[Order] | None:
    return endings.fail(state, m.FailOrder(order_id="o", error=error, detail="insufficient funds"), LATER)


def close(state: Order | None, error: str = "CardDeclined", *, refunded: bool = False) -> Transition[Order] | None:
    return endings.close(state, m.CloseOrder(order_id="o", error=error, refunded=refunded), LATER)


def flag(state: Order | None) -> Transition[Order] | None:
    left = ("payment", "stock")
    command = m.FlagOrder(order_id="o", error="States.Timeout", detail="no answer", left=left)
    return endings.flag(state, command, LATER)


@pytest.mark.parametrize("status", ON_THE_WAY)
def test_a_cancelled_order_stays_where_it_is_until_everything_is_undone(status: Status) -> None:
    change = cancel(order(status))
    assert change is not None
    assert (change.state.status, change.state.closing) == (status, Failure(error=endings.BY_CUSTOMER))
    assert isinstance(change.event, m.OrderCancellationRequested)
    assert (change.event.code, change.event.status) == (endings.BY_CUSTOMER, status)
    assert change.state.updated_at == LATER


def test_an_order_that_nothing_is_set_aside_for_is_cancelled_at_once() -> None:
    change = cancel(order(Status.RECEIVED, total=None))
    assert change is not None
    assert (change.state.status, type(change.event)) == (Status.CANCELLED, m.OrderCancelled)


@pytest.mark.parametrize("status", [*MADE, Status.REJECTED, Status.NEEDS_ATTENTION])
def test_an_order_that_is_made_or_over_cannot_be_cancelled(status: Status) -> None:
    closing = DECLINED if status in BADLY_ENDED else None
    with pytest.raises(Conflict, match=status):
        cancel(order(status, closing=closing))


def test_cancelling_what_is_being_undone_or_is_cancelled_changes_nothing() -> None:
    assert cancel(order(Status.AUTHORISED, closing=DECLINED)) is None
    assert cancel(order(Status.CANCELLED, closing=Failure(error=endings.BY_CUSTOMER))) is None


def test_only_a_choreographed_cancellation_carries_the_docket_and_it_says_why() -> None:
    orchestrated, danced = cancel(order(Status.RESERVED)), cancel(choreographed(Status.RESERVED))
    assert orchestrated is not None
    assert danced is not None
    assert isinstance(orchestrated.event, m.OrderCancellationRequested)
    assert isinstance(danced.event, m.OrderCancellationRequested)
    assert orchestrated.event.docket is None
    assert danced.event.docket is not None
    assert danced.event.docket.failure == Failure(error=endings.BY_CUSTOMER)


@pytest.mark.parametrize("status", [status for status in Status if status not in model.ENDINGS])
def test_a_kitchen_that_recalls_its_yes_cancels_whatever_is_not_made_yet(status: Status) -> None:
    if status in MADE:
        with pytest.raises(Conflict):
            endings.recall(order(status), "the oven broke", LATER)
        return
    change = endings.recall(order(status), "the oven broke", LATER)
    assert change is not None
    assert change.state.closing == Failure(error=endings.BY_KITCHEN, detail="the oven broke")


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.NEEDS_ATTENTION])
def test_a_kitchen_that_recalls_its_yes_to_an_order_that_is_over_changes_nothing(status: Status) -> None:
    assert endings.recall(order(status, closing=DECLINED), "the oven broke", LATER) is None


@pytest.mark.parametrize("status", [Status.RECEIVED, *ON_THE_WAY])
def test_a_failing_order_says_so_before_it_ends(status: Status) -> None:
    change = fail(order(status))
    assert change is not None
    assert (change.state.status, change.state.closing) == (status, DECLINED)
    assert (type(change.event), change.event.code) == (m.OrderFailing, "CardDeclined")  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", BADLY_ENDED)
def test_an_order_that_has_ended_fails_no_more(status: Status) -> None:
    assert fail(order(status, closing=None)) is None


def test_the_first_reason_stands() -> None:
    first = order(Status.RESERVED, closing=DECLINED)
    assert fail(first, "NoCourier") is None
    change = close(first, "NoCourier")
    assert change is not None
    assert (change.state.closing, change.state.reason) == (DECLINED, "Your card was declined.")


@pytest.mark.parametrize("status", MADE)
@pytest.mark.parametrize("decide", [fail, close])
def test_an_order_whose_food_is_made_is_beyond_recall(decide: Decide, status: Status) -> None:
    with pytest.raises(m.OrderBeyondRecall, match=status):
        decide(order(status))


@pytest.mark.parametrize("status", [Status.RECEIVED, *ON_THE_WAY, Status.NEEDS_ATTENTION])
def test_an_undone_order_ends_from_wherever_it_is(status: Status) -> None:
    change = close(order(status))
    assert change is not None
    assert (change.state.status, change.state.reason) == (Status.REJECTED, "Your card was declined.")
    assert isinstance(change.event, m.OrderRejected)
    assert (change.event.code, change.event.reason) == ("CardDeclined", "Your card was declined.")
    assert close(change.state) is None


@pytest.mark.parametrize("code", [endings.BY_CUSTOMER, endings.BY_KITCHEN])
def test_an_order_that_was_called_off_ends_as_cancelled_whoever_closes_it(code: str) -> None:
    called_off = cancel(order(Status.CONFIRMED), code)
    assert called_off is not None
    change = close(called_off.state, "States.Timeout", refunded=True)
    assert change is not None
    assert (change.state.status, type(change.event)) == (Status.CANCELLED, m.OrderCancelled)
    assert change.state.reason == f"{endings.REASONS[code]} Your money is on its way back to you."
    assert close(change.state) is None


@pytest.mark.parametrize(
    ("refunded", "says"), [(False, "You have not been charged."), (True, "Your money is on its way back to you.")]
)
@pytest.mark.parametrize("status", [Status.RESERVED, Status.ACCEPTED, Status.CONFIRMED, Status.NEEDS_ATTENTION])
def test_a_customer_is_told_of_their_money_what_giving_back_found(status: Status, refunded: bool, says: str) -> None:
    change = close(order(status, closing=Failure(error=endings.BY_CUSTOMER)), refunded=refunded)
    assert change is not None
    assert change.state.reason == f"You cancelled this order. {says}"


def test_what_the_restaurant_says_is_told_in_its_own_words_on_one_line() -> None:
    rejected = close(order(Status.AUTHORISED, closing=Failure(error="KitchenRejected", detail="no\n rice ")))
    recalled = close(
        order(Status.CONFIRMED, closing=Failure(error=endings.BY_KITCHEN, detail="no rice")), refunded=True
    )
    assert rejected is not None
    assert recalled is not None
    assert rejected.state.reason == 'The restaurant could not take your order. It says: "no rice".'
    assert str(recalled.state.reason).endswith('It says: "no rice". Your money is on its way back to you.')


def test_what_nobody_said_to_the_customer_is_not_told_as_the_restaurants_words() -> None:
    change = close(order(Status.RESERVED, closing=Failure(error="CardDeclined", detail="code 51")))
    assert change is not None
    assert change.state.reason == "Your card was declined."


def test_a_reason_that_no_person_would_understand_is_not_told() -> None:
    change = close(order(Status.RESERVED), "Lambda.Unknown")
    assert change is not None
    assert change.state.reason == f"{endings.UNEXPECTED} You have not been charged."
    assert "Lambda" not in str(change.state.reason)
    assert change.state.closing == Failure(error="Lambda.Unknown")


@pytest.mark.parametrize("status", [Status.RECEIVED, *ON_THE_WAY])
def test_an_order_that_cannot_be_undone_is_put_before_a_person_with_all_they_need(status: Status) -> None:
    change = flag(order(status, closing=DECLINED))
    assert change is not None
    assert isinstance(change.event, m.OrderNeedsAttention)
    assert (change.state.status, change.state.reason) == (Status.NEEDS_ATTENTION, endings.ATTENTION)
    assert (change.event.left, change.event.detail) == (("payment", "stock"), "no answer")
    assert (change.event.total, change.event.code) == (change.state.total, "CardDeclined")


def test_without_an_earlier_reason_the_flag_brings_its_own() -> None:
    change = flag(order(Status.RESERVED))
    assert change is not None
    assert change.state.closing == Failure(error="States.Timeout", detail="no answer")


@pytest.mark.parametrize("status", [Status.NEEDS_ATTENTION, *MADE])
def test_what_is_flagged_or_made_needs_nobodys_attention(status: Status) -> None:
    assert flag(order(status)) is None


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED])
def test_an_order_that_was_closed_too_soon_is_put_before_a_person_for_what_is_left_of_it(status: Status) -> None:
    change = flag(order(status, closing=DECLINED))
    assert change is not None
    assert (change.state.status, change.state.closing) == (Status.NEEDS_ATTENTION, DECLINED)
    nothing_left = m.FlagOrder(order_id="o", error="States.Timeout")
    assert endings.flag(order(status, closing=DECLINED), nothing_left, LATER) is None


@pytest.mark.parametrize("status", [*ON_THE_WAY, Status.NEEDS_ATTENTION])
def test_an_order_whose_courier_has_the_food_goes_on_and_cannot_be_called_off_again(status: Status) -> None:
    called_off = order(status, closing=Failure(error=endings.BY_CUSTOMER), reason="something")
    change = endings.reinstate(called_off, LATER)
    assert change is not None
    assert (change.state.status, change.state.closing, change.state.reason) == (Status.READY, None, None)
    assert isinstance(change.event, m.OrderReinstated)
    assert (change.event.code, change.event.reason) == (endings.BY_CUSTOMER, endings.UNDER_WAY)
    with pytest.raises(Conflict):
        cancel(change.state)
    with pytest.raises(m.OrderBeyondRecall):
        fail(change.state)


@pytest.mark.parametrize("status", [*model.WAY, Status.REJECTED, Status.CANCELLED])
def test_an_order_that_nobody_undoes_or_that_is_undone_is_not_reinstated(status: Status) -> None:
    closing = DECLINED if status in BADLY_ENDED else None
    assert endings.reinstate(order(status, closing=closing), LATER) is None


def test_an_ending_tells_what_the_order_would_have_cost() -> None:
    for change in (close(order(Status.RESERVED)), close(order(closing=Failure(error=endings.BY_CUSTOMER)))):
        assert change is not None
        assert isinstance(change.event, m.OrderRejected)
        assert change.event.total == change.state.total
        assert change.event.total is not None
    unpriced = cancel(order(Status.RECEIVED, total=None))
    assert unpriced is not None
    assert isinstance(unpriced.event, m.OrderCancelled)
    assert unpriced.event.total is None


@pytest.mark.parametrize("decide", [cancel, fail, close, flag])
def test_there_is_no_ending_for_an_order_that_does_not_exist(decide: Decide) -> None:
    with pytest.raises(Conflict):
        decide(None)


def test_nobody_is_told_that_they_were_not_charged_before_it_is_known() -> None:
    assert "charged" not in endings.ATTENTION


def test_the_customer_sees_that_an_order_is_being_undone_and_when_it_is() -> None:
    failing = order(Status.AUTHORISED, closing=DECLINED)
    assert failing.view(1).closing
    assert not msgspec.structs.replace(failing, status=Status.REJECTED).view(2).closing
    assert not order(Status.AUTHORISED).view(1).closing
