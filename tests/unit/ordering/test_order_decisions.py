"""An order's decisions: forward one step at a time, never back, and ended once."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ordering.making import AT, PRICE, order
from yafdp.kernel.errors import Conflict, KeyReused
from yafdp.kernel.messages import fingerprint
from yafdp.ordering import endings, model
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Status
from yafdp.ordering.model import Order


def priced() -> model.Priced:
    line = m.Line(item_id="pizza", quantity=1, name="Pizza", unit_price=PRICE)
    return model.Priced(items=(line,), total=PRICE, automatic_acceptance=True)


def advance(status: Status) -> m.AdvanceOrder:
    return m.AdvanceOrder(order_id="o", status=status)


def test_the_same_request_again_is_nothing_new() -> None:
    assert model.receive(order(), order()) is None


def test_another_request_under_the_same_id_is_refused() -> None:
    with pytest.raises(KeyReused):
        model.receive(order(), order(fingerprint="other"))


def test_equal_requests_have_one_fingerprint_whatever_their_fields_order() -> None:
    address = {"street": "s", "city": "c", "postalCode": "1", "country": "DE"}
    one = {"restaurantId": "r", "items": [{"itemId": "a", "quantity": 1}], "deliveryAddress": address}
    two = {
        "deliveryAddress": dict(reversed(address.items())),
        "items": [{"quantity": 1, "itemId": "a"}],
        "restaurantId": "r",
    }
    prints = {fingerprint(msgspec.convert(request, m.PlaceOrder)) for request in (one, two)}
    assert len(prints) == 1


def test_pricing_replaces_whatever_lines_were_asked_for_with_the_houses() -> None:
    change = model.price(order(total=None), priced(), AT)
    assert change is not None
    assert (change.state.status, change.state.total, change.state.lines[0].unit_price) == (Status.PRICED, PRICE, PRICE)


def test_an_order_is_priced_once() -> None:
    assert model.price(order(Status.PRICED), priced(), AT) is None


@pytest.mark.parametrize("number", range(1, 9))
def test_each_step_follows_its_predecessor(number: int) -> None:
    here, there = model.WAY[number], model.WAY[number + 1]
    change = model.advance(order(here), advance(there), AT)
    assert change is not None
    assert change.state.status is there
    assert type(change.event).__name__ == "Order" + there.value.title().replace("_", "")


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.NEEDS_ATTENTION])
def test_an_order_that_has_ended_badly_cannot_go_on(status: Status) -> None:
    with pytest.raises(m.OrderClosing):
        model.advance(order(status), advance(Status.RESERVED), AT)


def test_a_step_cannot_be_skipped() -> None:
    with pytest.raises(Conflict):
        model.advance(order(Status.PRICED), advance(Status.CONFIRMED), AT)


def test_a_command_for_no_order_is_refused() -> None:
    with pytest.raises(Conflict):
        model.advance(None, advance(Status.RESERVED), AT)


def perform(state: Order, command: m.OrderCommand) -> Order:
    """The order after a command, refused ones included."""
    try:
        match command:
            case m.AdvanceOrder():
                change = model.advance(state, command, AT)
            case m.FailOrder():
                change = endings.fail(state, command, AT)
            case m.CloseOrder():
                change = endings.close(state, command, AT)
            case m.FlagOrder():
                change = endings.flag(state, command, AT)
    except (Conflict, m.OrderClosing, m.OrderBeyondRecall):
        return state
    return change.state if change else state


COMMANDS = st.one_of(
    st.sampled_from(model.WAY[2:]).map(advance),
    st.just(m.FailOrder(order_id="o", error="CardDeclined")),
    st.just(m.CloseOrder(order_id="o", error="CardDeclined")),
    st.just(m.FlagOrder(order_id="o", error="States.Timeout")),
)
# A person may look at an order and end it after all; nothing else leaves an ending.
FINAL = model.ENDINGS - {Status.NEEDS_ATTENTION}


@given(st.lists(COMMANDS, max_size=30))
def test_no_sequence_of_commands_brings_an_order_back_or_out_of_its_ending(commands: list[m.OrderCommand]) -> None:
    state = order(Status.PRICED)
    for command in commands:
        before = state.status
        closing = state.closing
        state = perform(state, command)
        if before in FINAL:
            assert state.status is before
        elif before is Status.NEEDS_ATTENTION:
            assert state.status in {before, Status.REJECTED}
        elif state.status in model.WAY:
            assert model.WAY.index(state.status) - model.WAY.index(before) in (0, 1)
        if closing is not None:
            assert state.closing == closing
            assert state.status is before or state.status in model.ENDINGS
