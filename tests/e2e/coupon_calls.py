"""What the old system's clients ask for, as they write it: to record before a take-over and to replay after it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

# Headers on which a client of the old system may rely.
TELLING = ("Content-Type", "Cache-Control", "Location")


@dataclass(frozen=True)
class Call:
    """One request; `form` as the client encodes it."""

    method: str
    target: str
    form: str | None = None
    pin: str | None = None


@dataclass(frozen=True)
class Heard:
    """A call and what came of it."""

    call: Call
    status: int
    headers: dict[str, str]
    body: str


def coupons(run: str) -> list[tuple[Any, ...]]:
    """Coupons of this run alone, as rows of the old table."""
    always, past, future = ("01.01.2020", "31.12.2099"), ("13.04.2025", "21.04.2025"), ("01.01.2999", "31.12.2999")
    nobody = (None, None, None, None)
    return [
        (f"{run}-FIVE", "Fünf Euro <geschenkt> & mehr", "B", 500, *always, *nobody),
        (f"{run}-TEN", "10 % auf alles", "P", 10, *always, *nobody),
        (f"{run}-ALL", "Geht aufs Haus", "P", 100, *always, *nobody),
        (f"{run}-BIG", "Mehr als das Essen", "B", 5000, *always, *nobody),
        (f"{run}-PAST", "Vorbei", "B", 500, *past, *nobody),
        (f"{run}-SOON", "Kommt noch", "P", 15, *future, *nobody),
        (f"{run}-USED", "Schon weg", "B", 2000, *always, "05.03.2026", "K-1001", 4210, 2000),
        (f"{run}-Ä'N <D>", "Seltsamer Code", "B", 100, *always, *nobody),
    ]


def calls(run: str) -> list[Call]:
    """Every kind of call, good and bad, each answer depending on those before it."""
    strange = f"{run}-%C3%84%27N%20%3CD%3E"
    looked_at = [f"{run}-{name}" for name in ("FIVE", "TEN", "ALL", "BIG", "PAST", "SOON", "USED")] + [strange]
    odd = [
        f"{run.lower()}-five",
        f"%20{run}-FIVE%20",
        "no-such-code",
        "a%20b",
        "%C3%BC",
        "a%22b",
        "a%3Cb%3E",
        "%E2%82%AC",
    ]
    looks = [Call("GET", f"/coupons/{code}") for code in looked_at + odd]
    return [
        *looks,
        *(Call("POST", f"/coupons/{code}/redeem", form) for code, form in _redemptions(run, strange)),
        *looks,
        Call("GET", f"/coupons/{run}-FIVE?sprache=de&x=1&x=2"),
        Call("GET", "/loyalty/points?karte=8001", pin="4711"),
        Call("GET", "/loyalty/points?karte=8001", pin="0000"),
        Call("GET", "/bonus.php?karte=8001"),
        Call("POST", "/loyalty/redeem", "karte=8001&punkte=999999", pin="4711"),
        Call("GET", "/coupons"),
        Call("GET", "/coupons/a/b/c"),
    ]


def _redemptions(run: str, strange: str) -> list[tuple[str, str | None]]:
    good = "kunde=K-7&betrag=19%2C99"
    return [
        (f"{run}-FIVE", None),
        (f"{run}-FIVE", ""),
        (f"{run}-FIVE", "kunde=K-7"),
        (f"{run}-FIVE", "betrag=19%2C99"),
        (f"{run}-FIVE", "kunde=+++&betrag=19%2C99"),
        (f"{run}-FIVE", "kunde=K-7&betrag=19.99"),
        (f"{run}-FIVE", "kunde=K-7&betrag=-1"),
        (f"{run}-FIVE", '{"kunde": "K-7"}'),
        (f"{run.lower()}-five", good),
        (f"{run}-FIVE", good),
        (f"{run}-FIVE", "betrag=19%2C99&kunde=+K-7+"),
        (f"{run}-FIVE", "kunde=K-7&betrag=20%2C00"),
        (f"{run}-FIVE", "kunde=K-8&betrag=19%2C99"),
        (f"{run}-TEN", good),
        (f"{run}-ALL", "kunde=M%C3%BCller&betrag=7"),
        (f"{run}-BIG", good),
        (f"{run}-PAST", good),
        (f"{run}-SOON", good),
        (f"{run}-USED", good),
        (f"{run}-USED", "kunde=K-1001&betrag=42%2C10"),
        (strange, good),
        ("no-such-code", good),
        ("no-such-code", "kunde=K-7"),
    ]


async def heard(http: aiohttp.ClientSession, address: str, call: Call) -> Heard:
    """Ask, and write down what came of it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if call.form is not None else {}
    headers |= {"X-Card-Pin": call.pin} if call.pin else {}
    data = call.form.encode() if call.form is not None else None
    url = URL(address + call.target, encoded=True)
    async with http.request(call.method, url, data=data, headers=headers, allow_redirects=False) as answer:
        told = {name: answer.headers[name] for name in TELLING if name in answer.headers}
        return Heard(call, answer.status, told, await answer.text())


def written(recording: list[Heard], path: Path) -> None:
    """Keep a recording."""
    path.write_text(json.dumps([asdict(one) for one in recording], indent=2, ensure_ascii=False))


def read(path: Path) -> list[Heard]:
    """A recording that was kept."""
    return [Heard(Call(**one.pop("call")), **one) for one in json.loads(path.read_text())]
