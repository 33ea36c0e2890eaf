"""A coupon: the decisions. Pure; days are `2026-12-31`, which sorts as text, and amounts are cents."""

import msgspec

from yafdp.coupons import messages as m
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.ids import derived_id
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message, Money

CURRENCY = "EUR"
_WHOLE = 100  # percent


class Coupon(Message, frozen=True):
    """A coupon and, once it is used up, by whom."""

    code: str
    label: str
    kind: m.Kind
    value: int
    valid_from: str
    valid_to: str
    redemption: m.Redemption | None = None


def normal(code: str) -> str:
    """A code as it is printed, however somebody has typed it."""
    return code.strip().upper()


def coupon_id(code: str) -> str:
    """The coupon's id, which does not give its code away."""
    return derived_id("coupon", normal(code))


def bring(coupon: Coupon | None, row: m.ImportCoupon) -> Transition[Coupon] | None:
    """The coupon as the old system has it; nothing if it is so already.

    Its terms are the old system's to change, a redemption is nobody's to take back. Raises InvalidMessage if it was
    redeemed in both systems: a person must look at that.
    """
    _check(row)
    ours = coupon.redemption if coupon else None
    if ours and row.redemption and ours != row.redemption:
        raise InvalidMessage(f"coupon {coupon_id(row.code)} was redeemed in the old system and in this one")
    state = Coupon(
        code=normal(row.code),
        label=row.label,
        kind=row.kind,
        value=row.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        redemption=ours or row.redemption,
    )
    if state == coupon:
        return None
    event = m.CouponImported(
        coupon_id=coupon_id(row.code),
        kind=state.kind,
        valid_from=state.valid_from,
        valid_to=state.valid_to,
        redeemed=state.redemption is not None,
    )
    return Transition(state, event)


def redeem(coupon: Coupon | None, wanted: m.Redeem) -> Transition[Coupon] | None:
    """The coupon, used up; nothing if this customer has used it up for this total before, since tills repeat.

    Raises CouponRefused.
    """
    if coupon is None:
        raise m.CouponRefused(m.Fault.UNKNOWN)
    if used := coupon.redemption:
        if (used.customer_number, used.total) != (wanted.customer_number, wanted.total):
            raise m.CouponRefused(m.Fault.USED)
        return None
    if wanted.day > coupon.valid_to:
        raise m.CouponRefused(m.Fault.EXPIRED)
    if wanted.day < coupon.valid_from:
        raise m.CouponRefused(m.Fault.EARLY)
    discount = worth(coupon, wanted.total)
    used = m.Redemption(day=wanted.day, customer_number=wanted.customer_number, total=wanted.total, discount=discount)
    event = m.CouponRedeemed(
        coupon_id=coupon_id(coupon.code),
        customer_number=wanted.customer_number,
        day=wanted.day,
        total=Money(amount=wanted.total, currency=CURRENCY),
        discount=Money(amount=discount, currency=CURRENCY),
    )
    return Transition(msgspec.structs.replace(coupon, redemption=used), event)


def worth(coupon: Coupon, total: int) -> int:
    """What the coupon takes off: percents are rounded down to a cent, and nothing gets cheaper than nothing."""
    return min(total, total * coupon.value // _WHOLE if coupon.kind is m.Kind.PERCENT else coupon.value)


def _check(row: m.ImportCoupon) -> None:
    if not normal(row.code):
        raise InvalidMessage("a coupon has a code")
    if row.valid_to < row.valid_from:
        raise InvalidMessage(f"coupon {coupon_id(row.code)} ends before it begins")
    if row.kind is m.Kind.PERCENT and row.value > _WHOLE:
        raise InvalidMessage(f"coupon {coupon_id(row.code)} takes off more than everything")
