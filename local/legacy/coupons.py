"""The old system's coupons: look at one, redeem one. Whoever knows a code may."""

import re
import sqlite3
from xml.sax.saxutils import escape, quoteattr

from local.legacy.database import day, today

type Form = dict[str, str]

_AMOUNT = re.compile(r"(\d{1,6})(?:,(\d{2}))?")
_MESSAGES = {
    17: "Gutschein unbekannt",
    18: "Gutschein bereits eingelöst",
    19: "Gutschein abgelaufen",
    20: "Gutschein noch nicht gültig",
    21: "Betrag fehlt oder ist falsch",
    22: "Kunde fehlt",
}


def show(database: sqlite3.Connection, code: str) -> str:
    """The coupon as it stands."""
    row = _find(database, code)
    if row is None:
        return error(17)
    unit, value = ("PROZENT", str(row["value"])) if row["kind"] == "P" else ("EUR", amount(row["value"]))
    used = f"<eingeloest am={quoteattr(row['used_on'])}/>" if row["used_on"] else ""
    return (
        f"<gutschein code={quoteattr(row['code'])} status={quoteattr(_state(row))}><text>{escape(row['label'])}</text>"
        f'<wert einheit="{unit}">{value}</wert>'
        f"<gueltig von={quoteattr(row['valid_from'])} bis={quoteattr(row['valid_to'])}/>{used}</gutschein>"
    )


def redeem(database: sqlite3.Connection, code: str, form: Form) -> str:
    """Use the coupon up; the same customer with the same total gets the same receipt again, since tills repeat."""
    customer, total = form.get("kunde", "").strip(), cents(form.get("betrag", ""))
    if not customer:
        return error(22)
    if total is None:
        return error(21)
    row = _find(database, code)
    if row is None:
        return error(17)
    if row["used_on"]:
        same = (row["used_by"], row["used_total"]) == (customer, total)
        return _receipt(row["code"], row["used_on"], row["discount"]) if same else error(18)
    state = _state(row)
    if state != "OFFEN":
        return error(19 if state == "ABGELAUFEN" else 20)
    return _use(database, row, customer, total)


def _use(database: sqlite3.Connection, row: sqlite3.Row, customer: str, total: int) -> str:
    discount = min(total, total * row["value"] // 100 if row["kind"] == "P" else row["value"])
    on = today().strftime("%d.%m.%Y")
    changed = database.execute(
        "UPDATE coupons SET used_on = ?, used_by = ?, used_total = ?, discount = ? WHERE code = ? AND used_on IS NULL",
        (on, customer, total, discount, row["code"]),
    )
    return _receipt(row["code"], on, discount) if changed.rowcount else error(18)


def _find(database: sqlite3.Connection, code: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = database.execute(
        "SELECT * FROM coupons WHERE code = ?", (code.strip().upper(),)
    ).fetchone()
    return found


def _state(row: sqlite3.Row) -> str:
    if row["used_on"]:
        return "EINGELOEST"
    if today() > day(row["valid_to"]):
        return "ABGELAUFEN"
    return "OFFEN" if today() >= day(row["valid_from"]) else "GESPERRT"


def _receipt(code: str, on: str, discount: int) -> str:
    return (
        f"<einloesung code={quoteattr(code)} am={quoteattr(on)}>"
        f'<rabatt einheit="EUR">{amount(discount)}</rabatt></einloesung>'
    )


def error(code: int) -> str:
    """What is wrong, by number; with status 200, as ever."""
    return f'<fehler nr="{code}">{_MESSAGES[code]}</fehler>'


def cents(text: str) -> int | None:
    """`19,90` or `19` in cents; None for anything else."""
    match = _AMOUNT.fullmatch(text.strip())
    return int(match[1]) * 100 + int(match[2] or 0) if match else None


def amount(value: int) -> str:
    """Cents as `19,90`."""
    return f"{value // 100},{value % 100:02d}"
