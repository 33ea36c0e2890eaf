"""The old system's words: forms with commas in their amounts, XML with its dates and its numbered errors.

Its clients go on as before, so what they read must not change by a letter: a test replays their calls.
"""

import re
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from yafdp.coupons.messages import CouponRefused, Fault, Kind, Redeem, Redemption
from yafdp.coupons.model import Coupon

CONTENT_TYPE = "text/xml; charset=UTF-8"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_AMOUNT = re.compile(r"(\d{1,6})(?:,(\d{2}))?")
_FAULTS = {
    Fault.UNKNOWN: "Gutschein unbekannt",
    Fault.USED: "Gutschein bereits eingelöst",
    Fault.EXPIRED: "Gutschein abgelaufen",
    Fault.EARLY: "Gutschein noch nicht gültig",
    Fault.TOTAL: "Betrag fehlt oder ist falsch",
    Fault.CUSTOMER: "Kunde fehlt",
}


def asked(form: str, day: str) -> Redeem:
    """What a form asks for. Raises CouponRefused when the customer or the total is missing or makes no sense."""
    fields = dict(parse_qsl(form))
    customer, total = fields.get("kunde", "").strip(), _AMOUNT.fullmatch(fields.get("betrag", "").strip())
    if not customer:
        raise CouponRefused(Fault.CUSTOMER)
    if total is None:
        raise CouponRefused(Fault.TOTAL)
    return Redeem(customer_number=customer, total=int(total[1]) * 100 + int(total[2] or 0), day=day)


def shown(coupon: Coupon, day: str) -> str:
    """A coupon as it stands on this day."""
    percent = coupon.kind is Kind.PERCENT
    unit, value = ("PROZENT", str(coupon.value)) if percent else ("EUR", _amount(coupon.value))
    used = f"<eingeloest am={_date(coupon.redemption.day)}/>" if coupon.redemption else ""
    return (
        f'{_DECLARATION}<gutschein code={quoteattr(coupon.code)} status="{_status(coupon, day)}">'
        f'<text>{escape(coupon.label)}</text><wert einheit="{unit}">{value}</wert>'
        f"<gueltig von={_date(coupon.valid_from)} bis={_date(coupon.valid_to)}/>{used}</gutschein>"
    )


def receipt(code: str, redemption: Redemption) -> str:
    """What a till prints."""
    return (
        f"{_DECLARATION}<einloesung code={quoteattr(code)} am={_date(redemption.day)}>"
        f'<rabatt einheit="EUR">{_amount(redemption.discount)}</rabatt></einloesung>'
    )


def refusal(fault: Fault) -> str:
    """What is wrong; with status 200, as ever."""
    return f'{_DECLARATION}<fehler nr="{fault.value}">{_FAULTS[fault]}</fehler>'


def _status(coupon: Coupon, day: str) -> str:
    if coupon.redemption:
        return "EINGELOEST"
    if day > coupon.valid_to:
        return "ABGELAUFEN"
    return "OFFEN" if day >= coupon.valid_from else "GESPERRT"


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _date(day: str) -> str:
    year, month, number = day.split("-")
    return quoteattr(f"{number}.{month}.{year}")
