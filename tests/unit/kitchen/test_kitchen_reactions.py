"""The kitchen's part in an order, whoever coordinates it: asked once, withdrawn once, and begun when it is paid for."""

import msgspec
import pytest

from tests.unit.envelopes import DOCKET, event, failed
from yafdp.kernel.errors import InvalidMessage
from yafdp.kitchen import model, reactions, store
from yafdp.kitchen.messages import TicketClosed
from yafdp.kitchen.model import TicketStatus


def status() -> TicketStatus | None:
    ticket = store.tickets().load("o").state
    return ticket.status if ticket else None


def story() -> list[str]:
    return [one.type for one in store.tickets().events("o")]


def asked(*, automatic: bool = False, note: str | None = None) -> None:
    docket = msgspec.structs.replace(DOCKET, automatic_acceptance=automatic, note=note)
    reactions.react(event("PaymentAuthorised", docket))


def test_the_restaurant_is_asked_once_the_money_is_set_aside(table: str) -> None:
    for _ in range(3):
        asked()
    ticket = store.tickets().load("o").state
    assert ticket is not None
    assert [(line.name, line.quantity) for line in ticket.items] == [("Pizza", 2)]
    assert (ticket.status, ticket.task_token, story()) == (TicketStatus.PENDING, None, ["TicketOpened"])


def test_the_customers_word_to_the_kitchen_comes_with_the_docket(table: str) -> None:
    asked(note="No onions")
    ticket = store.tickets().load("o").state
    assert ticket is not None
    assert ticket.view().note == "No onions"


def test_a_kitchen_that_takes_every_order_says_yes_and_hands_the_docket_on(table: str) -> None:
    asked(automatic=True)
    (accepted,) = store.tickets().events("o")
    assert (accepted.type, accepted.data["docket"]["country"]) == ("TicketAccepted", "DE")


@pytest.mark.parametrize("kind", ["CourierMissing", "CourierReleased"])
def test_without_a_courier_the_ticket_is_withdrawn_and_says_why(table: str, kind: str) -> None:
    asked(automatic=True)
    for _ in range(2):
        reactions.react(event(kind, failed("NoCourier")))
    withdrawn = store.tickets().events("o")[-1]
    assert (status(), story()) == (TicketStatus.WITHDRAWN, ["TicketAccepted", "TicketWithdrawn"])
    assert withdrawn.data["docket"]["failure"]["error"] == "NoCourier"


def test_a_withdrawal_before_the_asking_leaves_a_tombstone_that_is_on_nobodys_screen(table: str) -> None:
    reactions.react(event("CourierReleased", failed("CancelledByCustomer")))
    with pytest.raises(TicketClosed):
        asked()
    assert story() == ["TicketWithdrawn"]
    assert store.of_restaurant("r", 10, None) == ([], None)


def test_a_ticket_expires_when_its_time_is_over_and_says_that_the_kitchen_was_silent(table: str) -> None:
    asked()
    for _ in range(2):
        reactions.expire(event("TicketOpened"))
    expired = store.tickets().events("o")[-1]
    assert (status(), story()) == (TicketStatus.WITHDRAWN, ["TicketOpened", "TicketExpired"])
    assert expired.data["docket"]["failure"]["error"] == "KitchenSilent"


def test_the_kitchen_begins_once_the_order_is_confirmed(table: str) -> None:
    asked(automatic=True)
    for _ in range(2):
        reactions.keep_up(event("OrderConfirmed", None))
    assert (status(), story()) == (TicketStatus.CONFIRMED, ["TicketAccepted", "TicketConfirmed"])


def test_a_kitchen_is_done_with_an_order_once_its_courier_has_it(table: str) -> None:
    asked(automatic=True)
    reactions.keep_up(event("OrderConfirmed", None))
    store.tickets().transition("o", lambda ticket: model.ready(ticket, "r"))
    for _ in range(2):
        reactions.keep_up(event("OrderPickedUp", None))
    assert (status(), story()[-2:]) == (TicketStatus.COLLECTED, ["TicketReady", "TicketCollected"])
    assert store.open_of_restaurant("r", 10, None) == ([], None)


def test_an_order_that_is_not_ready_is_not_gone(table: str) -> None:
    asked(automatic=True)
    reactions.keep_up(event("OrderPickedUp", None))
    assert status() is TicketStatus.ACCEPTED


def test_the_kitchen_does_not_begin_on_a_withdrawn_order(table: str) -> None:
    asked(automatic=True)
    reactions.react(event("CourierReleased", failed("CancelledByCustomer")))
    reactions.keep_up(event("OrderConfirmed", None))
    assert status() is TicketStatus.WITHDRAWN


def test_the_kitchen_does_not_begin_on_an_order_it_was_not_asked_about(table: str) -> None:
    reactions.keep_up(event("OrderConfirmed", None))
    assert status() is None


def test_events_of_another_kind_or_without_a_docket_are_poison(table: str) -> None:
    for react, kind in ((reactions.expire, "TicketAccepted"), (reactions.keep_up, "OrderReady")):
        with pytest.raises(InvalidMessage, match=kind):
            react(event(kind))
    with pytest.raises(InvalidMessage, match="StockReserved"):
        reactions.react(event("StockReserved"))
    with pytest.raises(InvalidMessage):
        reactions.react(event("PaymentAuthorised", None))
    assert story() == []
