"""Who may watch an order: its customer, its restaurant's staff, the courier who brings it, and admins."""

import pytest

from yafdp.kernel.docket import Docket
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Address, Money
from yafdp.ordering import messages as m
from yafdp.ordering import store
from yafdp.ordering.model import Order
from yafdp.ordering.watching import OrderUnknown, ReadJournal, Viewer, read_journal

CUSTOMER = Viewer(user_id="alice")
ORDER = Order(
    order_id="o",
    customer_id="alice",
    restaurant_id="noodles",
    status=m.Status.RECEIVED,
    lines=(),
    delivery_address=Address(street="s", city="c", postal_code="p", country="DE"),
    payment_method="pm_card_ok",
    coordination=m.Coordination.ORCHESTRATION,
    fingerprint="f",
    created_at="2026-01-01T00:00:00.000Z",
    updated_at="2026-01-01T00:00:00.000Z",
    correlation_id="s",
    courier_id="ada",
)


def ordered(events: int = 1) -> None:
    happened = m.OrderReserved(status=m.Status.RESERVED, customer_id="alice", restaurant_id="noodles")
    for number in range(events):
        store.orders().record("o", number, Transition(ORDER, happened))


@pytest.mark.parametrize(
    ("viewer", "allowed"),
    [
        (CUSTOMER, True),
        (Viewer(user_id="bob"), False),
        (Viewer(user_id="cook", groups=("staff",), restaurant_id="noodles"), True),
        (Viewer(user_id="cook", groups=("staff",), restaurant_id="dumplings"), False),
        (Viewer(user_id="cook", restaurant_id="noodles"), False),
        (Viewer(user_id="ada", groups=("couriers",)), True),
        (Viewer(user_id="ada"), False),
        (Viewer(user_id="blaise", groups=("couriers",)), False),
        (Viewer(user_id="root", groups=("admins",)), True),
    ],
)
def test_an_order_is_shown_to_those_whose_business_it_is(table: str, viewer: Viewer, allowed: bool) -> None:
    ordered()
    asked = ReadJournal(order_id="o", viewer=viewer)
    if allowed:
        assert read_journal(asked).customer_id == "alice"
    else:
        with pytest.raises(OrderUnknown):
            read_journal(asked)


def test_an_order_that_nobody_placed_looks_like_somebody_else_s(table: str) -> None:
    with pytest.raises(OrderUnknown, match="there is no order o"):
        read_journal(ReadJournal(order_id="o", viewer=CUSTOMER))


def test_what_participants_hand_on_to_each_other_is_not_shown(table: str) -> None:
    total = Money(amount=950, currency="EUR")
    docket = Docket(
        customer_id="alice", restaurant_id="noodles", items=(), total=total, payment_method="pm_card_ok", country="DE"
    )
    priced = m.OrderPriced(
        status=m.Status.PRICED, customer_id="alice", restaurant_id="noodles", items=(), total=total, docket=docket
    )
    store.orders().record("o", 0, Transition(ORDER, priced))
    (event,) = read_journal(ReadJournal(order_id="o", viewer=CUSTOMER)).items
    assert (event.data["total"], "docket" in event.data) == ({"amount": 950, "currency": "EUR"}, False)


def test_a_page_says_whether_there_is_another(table: str) -> None:
    ordered(5)
    page = read_journal(ReadJournal(order_id="o", viewer=CUSTOMER, after=1, limit=2))
    assert ([event.sequence for event in page.items], page.more) == ([2, 3], True)
    page = read_journal(ReadJournal(order_id="o", viewer=CUSTOMER, after=3, limit=2))
    assert ([event.sequence for event in page.items], page.more) == ([4, 5], False)
