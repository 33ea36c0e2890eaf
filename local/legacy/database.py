"""The old system's database: one SQLite file that nobody else writes."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# The old server's wall clock; its dates are texts of this zone.
CLOCK = ZoneInfo("Europe/Berlin")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS coupons (
  code TEXT PRIMARY KEY, label TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('P', 'B')), value INTEGER NOT NULL,
  valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, used_on TEXT, used_by TEXT, used_total INTEGER, discount INTEGER
);
CREATE TABLE IF NOT EXISTS cards (number TEXT PRIMARY KEY, pin TEXT NOT NULL, points INTEGER NOT NULL);
"""
_COUPON_COLUMNS = "code, label, kind, value, valid_from, valid_to, used_on, used_by, used_total, discount"
# code, label, kind (P: percent, B: an amount), percent or cents, valid from and to; then who used it, when and for what
DEMO_COUPONS: list[tuple[Any, ...]] = [
    ("WELCOME5", "5 Euro zum Einstand", "B", 500, "01.01.2020", "31.12.2099", None, None, None, None),
    ("LUNCH10", "10 % auf das Mittagessen", "P", 10, "01.01.2020", "31.12.2099", None, None, None, None),
    ("OSTERN25", "Osteraktion", "P", 15, "13.04.2025", "21.04.2025", None, None, None, None),
    ("MILLENNIUM", "Kommt noch", "B", 2000, "01.01.2999", "31.12.2999", None, None, None, None),
    ("JUBEL20", "20 Jahre <Shop> & Co.", "B", 2000, "01.01.2020", "31.12.2099", "05.03.2026", "K-1001", 4210, 2000),
]
DEMO_CARDS = [("8001", "4711", 1250), ("8002", "0815", 40)]


def open_database(path: Path) -> sqlite3.Connection:
    """A connection with every table there; the caller closes it."""
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.executescript(_SCHEMA)
    return connection


def renew(path: Path) -> None:
    """The demo data and nothing else, as after a delivery of the old system."""
    path.unlink(missing_ok=True)
    add_coupons(path, DEMO_COUPONS)
    with closing(open_database(path)) as connection:
        connection.executemany("INSERT INTO cards VALUES (?, ?, ?)", DEMO_CARDS)


def add_coupons(path: Path, coupons: Iterable[tuple[Any, ...]]) -> None:
    """Put coupons in, as its back office did."""
    with closing(open_database(path)) as connection:
        marks = ", ".join("?" * len(_COUPON_COLUMNS.split(",")))
        connection.executemany(f"INSERT INTO coupons ({_COUPON_COLUMNS}) VALUES ({marks})", coupons)  # noqa: S608


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; the cards without their PINs."""
    with closing(open_database(path)) as connection:
        coupons = connection.execute(f"SELECT {_COUPON_COLUMNS} FROM coupons ORDER BY code")  # noqa: S608
        cards = connection.execute("SELECT number, points FROM cards ORDER BY number")
        return {"coupons": [dict(row) for row in coupons], "cards": [dict(row) for row in cards]}


def today() -> date:
    """The day on the old server's wall."""
    return datetime.now(CLOCK).date()


def day(text: str) -> date:
    """A date as the database holds it, `31.12.2026`."""
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a day has no zone)
