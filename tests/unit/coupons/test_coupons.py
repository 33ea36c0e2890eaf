"""Coupons: brought over as often as one likes, redeemed once, and told of in the old system's words."""

from typing import Any

import msgspec
import pytest

from yafdp.coupons import messages as m
from yafdp.coupons import model, service, store, wording
from yafdp.coupons.model import Coupon, coupon_id
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage

ROW = m.ImportCoupon(
    code="WELCOME5", label="Five", kind=m.Kind.AMOUNT, value=500, valid_from="2026-01-01", valid_to="2026-12-31"
)
USED = m.Redemption(day="2026-06-01", customer_number="K-1", total=1990, discount=500)
WANTED = m.Redeem(customer_number="K-1", total=1990, day="2026-06-01")


def changed(struct: Any, **values: Any) -> Any:
    return msgspec.structs.replace(struct, **values)


def coupon(**values: Any) -> Coupon:
    change = model.bring(None, changed(ROW, **values))
    assert change is not None
    return change.state


def told(row: m.ImportCoupon) -> Envelope:
    data = msgspec.to_builtins(row)
    return Envelope(
        id="c", type="ImportCoupon", version=1, occurred_at="t", aggregate_id="a", correlation_id="story", data=data
    )


def test_a_coupon_that_is_brought_again_unchanged_is_nothing_new() -> None:
    assert model.bring(coupon(), ROW) is None


def test_the_old_system_may_change_a_coupon_s_terms_and_redeem_it() -> None:
    change = model.bring(coupon(), changed(ROW, value=700, redemption=USED))
    assert change is not None
    assert (change.state.value, change.state.redemption) == (700, USED)


def test_what_was_redeemed_here_stays_redeemed_whatever_the_old_system_says() -> None:
    change = model.bring(coupon(redemption=USED), changed(ROW, label="Six"))
    assert change is not None
    assert (change.state.label, change.state.redemption) == ("Six", USED)


def test_a_coupon_that_was_redeemed_in_both_systems_is_for_a_person_to_look_at() -> None:
    with pytest.raises(InvalidMessage, match="in the old system and in this one"):
        model.bring(coupon(redemption=USED), changed(ROW, redemption=changed(USED, customer_number="K-2")))


@pytest.mark.parametrize(
    "wrong", [{"valid_to": "2025-12-31"}, {"kind": m.Kind.PERCENT, "value": 101}, {"code": "  "}], ids=str
)
def test_a_coupon_that_makes_no_sense_is_not_brought(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        model.bring(None, changed(ROW, **wrong))


def test_no_event_gives_a_code_away() -> None:
    brought, redeemed = model.bring(None, ROW), model.redeem(coupon(), WANTED)
    assert brought is not None
    assert redeemed is not None
    for change in (brought, redeemed):
        assert "WELCOME5" not in str(change.event)
    assert coupon_id(" welcome5 ") == coupon_id("WELCOME5") != coupon_id("WELCOME6")


def test_a_till_that_repeats_itself_gets_the_same_redemption_and_anybody_else_is_refused() -> None:
    change = model.redeem(coupon(), WANTED)
    assert change is not None
    assert change.state.redemption == USED
    assert model.redeem(change.state, changed(WANTED, day="2026-06-02")) is None
    for other in ({"customer_number": "K-2"}, {"total": 1991}):
        with pytest.raises(m.CouponRefused) as refused:
            model.redeem(change.state, changed(WANTED, **other))
        assert refused.value.fault is m.Fault.USED


@pytest.mark.parametrize(
    ("day", "fault"),
    [("2025-12-31", m.Fault.EARLY), ("2026-01-01", None), ("2026-12-31", None), ("2027-01-01", m.Fault.EXPIRED)],
)
def test_a_coupon_is_good_from_its_first_day_to_its_last(day: str, fault: m.Fault | None) -> None:
    if fault is None:
        assert model.redeem(coupon(), changed(WANTED, day=day))
        return
    with pytest.raises(m.CouponRefused) as refused:
        model.redeem(coupon(), changed(WANTED, day=day))
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("kind", "value", "total", "discount"),
    [
        (m.Kind.AMOUNT, 500, 1990, 500),
        (m.Kind.AMOUNT, 500, 300, 300),
        (m.Kind.PERCENT, 10, 1999, 199),
        (m.Kind.PERCENT, 100, 1999, 1999),
        (m.Kind.PERCENT, 10, 9, 0),
        (m.Kind.AMOUNT, 500, 0, 0),
    ],
)
def test_a_discount_is_rounded_down_and_never_more_than_the_total(
    kind: m.Kind, value: int, total: int, discount: int
) -> None:
    assert model.worth(coupon(kind=kind, value=value), total) == discount


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("", m.Fault.CUSTOMER),
        ("kunde=+&betrag=19%2C90", m.Fault.CUSTOMER),
        ("kunde=K-1", m.Fault.TOTAL),
        ("kunde=K-1&betrag=19.90", m.Fault.TOTAL),
        ("kunde=K-1&betrag=-1", m.Fault.TOTAL),
        ("kunde=K-1&betrag=1%2C9", m.Fault.TOTAL),
        ("kunde=K-1&betrag=1234567", m.Fault.TOTAL),
    ],
)
def test_a_form_that_makes_no_sense_is_answered_by_number(form: str, fault: m.Fault) -> None:
    with pytest.raises(m.CouponRefused) as refused:
        wording.asked(form, "2026-06-01")
    assert refused.value.fault is fault


def test_what_a_coupon_says_is_escaped() -> None:
    text = wording.shown(coupon(code='a<"b', label="<&>"), "2026-06-01")
    assert "code='A&lt;\"B'" in text
    assert "<text>&lt;&amp;&gt;</text>" in text


def test_a_coupon_is_brought_looked_at_and_redeemed_once(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_today", lambda: "2026-06-01")
    assert 'nr="17"' in service.show("WELCOME5")
    assert 'nr="17"' in service.redeem("WELCOME5", "kunde=K-1&betrag=19%2C90")
    service.bring(told(ROW))
    assert 'status="OFFEN"' in service.show(" welcome5 ")
    receipt = service.redeem("WELCOME5", "kunde=K-1&betrag=19%2C90")
    assert 'am="01.06.2026"' in receipt
    assert service.redeem("welcome5", "kunde=K-1&betrag=19%2C90") == receipt
    assert 'nr="18"' in service.redeem("WELCOME5", "kunde=K-2&betrag=19%2C90")
    service.bring(told(ROW))
    assert 'status="EINGELOEST"' in service.show("WELCOME5")
    assert [event.type for event in store.coupons().events(coupon_id("WELCOME5"))] == [
        "CouponImported",
        "CouponRedeemed",
    ]


def test_another_command_is_not_taken_for_a_coupon(table: str) -> None:
    with pytest.raises(InvalidMessage):
        service.bring(changed(told(ROW), type="SomethingElse"))


@pytest.mark.parametrize("field", ["code", "label", "kind", "value", "validFrom", "validTo"])
def test_a_row_that_lacks_something_is_refused_whole(table: str, field: str) -> None:
    whole = told(ROW)
    data = {name: value for name, value in whole.data.items() if name != field}
    with pytest.raises(InvalidMessage, match=field):
        service.bring(changed(whole, data=data))
    assert store.coupons().load(coupon_id("WELCOME5")).version == 0
