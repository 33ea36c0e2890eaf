"""The old system's loyalty points: a card has a PIN, and the back office needs none."""

import hmac
import re
import sqlite3
from xml.sax.saxutils import quoteattr

type Form = dict[str, str]

_POINTS = re.compile(r"[1-9][0-9]{0,8}")
_MESSAGES = {31: "Karte oder PIN falsch", 32: "Zu wenig Punkte", 33: "Punkte fehlen oder sind falsch"}


def balance(database: sqlite3.Connection, card: str, pin: str, operator: str) -> tuple[int, str]:
    """The card's points, for whoever has its PIN and for the back office."""
    row = _admitted(database, card, pin, operator)
    return (200, _card(card, row["points"])) if row else (401, error(31))


def spend(database: sqlite3.Connection, form: Form, pin: str, operator: str) -> tuple[int, str]:
    """Take points off a card."""
    card, points = form.get("karte", ""), form.get("punkte", "")
    if not _POINTS.fullmatch(points):
        return 400, error(33)
    row = _admitted(database, card, pin, operator)
    if row is None:
        return 401, error(31)
    changed = database.execute(
        "UPDATE cards SET points = points - :points WHERE number = :card AND points >= :points",
        {"points": int(points), "card": card},
    )
    if not changed.rowcount:
        return 409, error(32)
    left = database.execute("SELECT points FROM cards WHERE number = ?", (card,)).fetchone()
    return 200, _card(card, left["points"])


def _admitted(database: sqlite3.Connection, card: str, pin: str, operator: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = database.execute("SELECT * FROM cards WHERE number = ?", (card,)).fetchone()
    if row is None or not (operator or hmac.compare_digest(row["pin"].encode(), pin.encode())):
        return None
    return row


def _card(card: str, points: int) -> str:
    return f"<karte nummer={quoteattr(card)}><punkte>{points}</punkte></karte>"


def error(code: int) -> str:
    """What is wrong, by number."""
    return f'<fehler nr="{code}">{_MESSAGES[code]}</fehler>'
