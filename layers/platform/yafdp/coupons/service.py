"""The coupons' use cases. What the old system's clients hear is XML in its own words."""

from zoneinfo import ZoneInfo

from yafdp.coupons import messages as m
from yafdp.coupons import model, store, wording
from yafdp.kernel.clock import now
from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import count

# The wall clock by which the old system's coupons begin and end.
_CLOCK = ZoneInfo("Europe/Berlin")


def show(code: str) -> str:
    """The coupon as it stands, or that there is none; whoever knows a code may look."""
    coupon = store.coupons().load(model.coupon_id(code)).state
    return wording.shown(coupon, _today()) if coupon else wording.refusal(m.Fault.UNKNOWN)


def redeem(code: str, form: str) -> str:
    """Use a coupon up, for whoever knows its code; the receipt, or why not."""
    try:
        wanted = wording.asked(form, _today())
        journal = store.coupons()
        redeemed = journal.transition(model.coupon_id(code), lambda coupon: model.redeem(coupon, wanted)).state
    except m.CouponRefused as refused:
        return wording.refusal(refused.fault)
    if redeemed is None or redeemed.redemption is None:
        return wording.refusal(m.Fault.UNKNOWN)
    count("CouponsRedeemed")
    return wording.receipt(redeemed.code, redeemed.redemption)


def bring(command: Envelope) -> None:
    """A coupon as the old system has it now."""
    if command.type != m.ImportCoupon.__name__:
        raise InvalidMessage(f"coupons are not told {command.type}")
    row = contents(command, m.ImportCoupon)
    store.coupons().transition(model.coupon_id(row.code), lambda coupon: model.bring(coupon, row))


def _today() -> str:
    return now().astimezone(_CLOCK).date().isoformat()
