"""What a restaurant's staff can do with their tickets, and nobody else."""

import pytest

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import in_seconds
from yafdp.kernel.errors import Conflict, Forbidden, NotFound
from yafdp.kitchen import model, service, store
from yafdp.kitchen.messages import AskKitchen, TicketLine, WithdrawTicket

COOK = Caller("cook", frozenset({"staff"}), "r")
RIVAL = Caller("rival", frozenset({"staff"}), "elsewhere")
LINES = (TicketLine(item_id="pizza", quantity=1),)
OUTSIDERS = [
    Caller("alice"),
    Caller("root", frozenset({"admins"}), "r"),
    Caller("ada", frozenset({"couriers"}), "r"),
    Caller("nowhere", frozenset({"staff"})),
]


def asked(order_id: str = "o", restaurant_id: str = "r") -> None:
    service.perform(AskKitchen(order_id=order_id, restaurant_id=restaurant_id, items=LINES))


def test_staff_accept_an_order_once_and_make_it_when_it_is_paid(table: str) -> None:
    asked()
    for _ in range(2):
        assert service.accept(COOK, "o").status == "ACCEPTED"
    with pytest.raises(Conflict, match="paid"):
        service.ready(COOK, "o")
    store.tickets().transition("o", model.confirm)
    assert service.accept(COOK, "o").status == "CONFIRMED"
    for _ in range(2):
        assert service.ready(COOK, "o").status == "READY"
    assert store.tickets().load("o").version == 4


def test_staff_reject_an_order_once_and_say_why(table: str) -> None:
    asked()
    for reason in ("no dough", "no oven"):
        assert service.reject(COOK, "o", reason).reason == "no dough"
    with pytest.raises(Conflict):
        service.accept(COOK, "o")
    with pytest.raises(Conflict):
        service.ready(COOK, "o")


def test_a_withdrawn_order_can_be_answered_no_more(table: str) -> None:
    asked()
    service.perform(WithdrawTicket(order_id="o", restaurant_id="r"))
    for answer in (service.accept, service.ready, lambda cook, order_id: service.reject(cook, order_id, "no")):
        with pytest.raises(Conflict, match="WITHDRAWN"):
            answer(COOK, "o")


@pytest.mark.parametrize("order_id", ["o", "unheard-of"])
def test_another_restaurants_order_looks_like_none(table: str, order_id: str) -> None:
    asked()
    for answer in (service.accept, service.ready, lambda cook, order_id: service.reject(cook, order_id, "no")):
        with pytest.raises(NotFound):
            answer(RIVAL, order_id)
    assert store.tickets().load("o").version == 1


@pytest.mark.parametrize("caller", OUTSIDERS, ids=lambda caller: caller.user_id)
def test_whoever_is_not_of_a_restaurants_staff_may_do_nothing(table: str, caller: Caller) -> None:
    asked()
    for answer in (service.accept, service.ready, lambda cook, order_id: service.reject(cook, order_id, "no")):
        with pytest.raises(Forbidden):
            answer(caller, "o")
    with pytest.raises(Forbidden):
        service.queue(caller, 10, None)
    assert store.tickets().load("o").version == 1


def test_the_screen_shows_the_own_kitchens_orders_page_by_page(table: str) -> None:
    for number in range(5):
        asked(f"o{number}")
    asked("theirs", "elsewhere")
    first = service.queue(COOK, 3, None)
    second = service.queue(COOK, 3, first.cursor)
    shown = [ticket.order_id for page in (first, second) for ticket in page.items]
    assert sorted(shown) == [f"o{number}" for number in range(5)]
    assert second.cursor is None


def test_the_open_list_holds_what_there_is_something_left_to_do_about(table: str) -> None:
    for name in ("waiting", "accepted", "ready", "rejected", "withdrawn", "collected"):
        asked(name)
    asked("theirs", "elsewhere")
    for name in ("accepted", "ready", "collected"):
        service.accept(COOK, name)
    for name in ("ready", "collected"):
        store.tickets().transition(name, model.confirm)
        service.ready(COOK, name)
    store.tickets().transition("collected", model.collect)
    service.reject(COOK, "rejected", "no dough")
    service.perform(WithdrawTicket(order_id="withdrawn", restaurant_id="r"))
    shown = [ticket.order_id for ticket in service.queue(COOK, 10, None, only_open=True).items]
    assert sorted(shown) == ["accepted", "ready", "waiting"]
    assert len(service.queue(COOK, 10, None).items) == 6


def test_a_ticket_says_until_when_an_answer_is_waited_for_and_no_longer_than_one_is(table: str) -> None:
    before = in_seconds(599)
    asked()
    (ticket,) = service.queue(COOK, 10, None).items
    assert before < str(ticket.expires_at) < in_seconds(601)
    assert service.accept(COOK, "o").expires_at is None


def test_food_that_was_collected_stays_ready_however_often_it_is_said(table: str) -> None:
    asked()
    service.accept(COOK, "o")
    store.tickets().transition("o", model.confirm)
    service.ready(COOK, "o")
    store.tickets().transition("o", model.collect)
    assert service.ready(COOK, "o").status == "COLLECTED"
    with pytest.raises(Conflict):
        service.reject(COOK, "o", "too late")


def test_an_answered_order_stays_on_the_screen_as_what_it_is(table: str) -> None:
    asked()
    service.accept(COOK, "o")
    (ticket,) = service.queue(COOK, 10, None).items
    assert (ticket.status, ticket.items) == ("ACCEPTED", LINES)
