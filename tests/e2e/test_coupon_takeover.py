"""The old system's clients notice nothing of the take-over of its coupons."""

import asyncio
import uuid
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local import strangler
from local.legacy import database, export
from local.settings import Settings
from local.stack import Stack
from tests.e2e.backends import telling
from tests.e2e.coupon_calls import Call, Heard, calls, coupons, heard, read, written
from tests.e2e.facades import facade
from tests.shown import Show
from yafdp.coupons.model import coupon_id

PATIENCE = 30  # seconds until what was sent has been imported
TILLS = 20


@pytest.fixture
def run() -> str:
    """The beginning of every code of one test."""
    return f"T{uuid.uuid4().hex[:8].upper()}"


@pytest.fixture
async def http() -> Any:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        yield session


async def brought(settings: Settings, deployed: Stack, rows: list[tuple[Any, ...]]) -> None:
    """Put coupons into the old system, and wait until the platform has them too."""
    await asyncio.to_thread(database.add_coupons, settings.legacy_database, rows)
    await exported(settings, deployed, dict.fromkeys((row[0] for row in rows), 1))


async def exported(settings: Settings, deployed: Stack, versions: dict[str, int]) -> None:
    """Send everything once more, and wait until these codes' coupons have reached these versions."""
    await asyncio.to_thread(export.send, deployed, settings.legacy_database)
    async with asyncio.timeout(PATIENCE):
        while any(version(deployed, code) < wanted for code, wanted in versions.items()):
            await asyncio.sleep(0.1)


def version(deployed: Stack, code: str) -> int:
    """How often the platform's coupon has changed; 0 when there is none."""
    key = {"pk": {"S": f"COUPON#{coupon_id(code)}"}, "sk": {"S": "STATE"}}
    item = deployed.client("dynamodb").get_item(TableName=deployed.outputs["CouponsTable"], Key=key).get("Item")
    return int(item["version"]["N"]) if item else 0


def old_rows(settings: Settings, run: str) -> dict[str, dict[str, Any]]:
    """The run's coupons as the old system has them."""
    rows = database.contents(settings.legacy_database)["coupons"]
    return {row["code"]: row for row in rows if row["code"].startswith(run)}


async def test_the_same_calls_get_the_same_answers_before_and_after(
    platform_settings: Settings,
    deployed: Stack,
    run: str,
    http: aiohttp.ClientSession,
    tmp_path: Path,
    show: Show,
) -> None:
    await brought(platform_settings, deployed, coupons(run))
    untouched = old_rows(platform_settings, run)
    old_contract = strangler.before(strangler.LAST)[strangler.CONTRACT]
    async with facade(platform_settings, platform_settings.legacy, old_contract) as address:
        written([await heard(http, address, call) for call in calls(run)], tmp_path / "recording.json")
    recording = read(tmp_path / "recording.json")
    used_there = old_rows(platform_settings, run)
    assert used_there != untouched

    replayed = [await heard(http, f"{platform_settings.front_door}/api", one.call) for one in recording]
    differing = [(one, other) for one, other in zip(recording, replayed, strict=True) if one != other]
    told = Counter(one.call.target.split("/")[1].partition("?")[0] for one in recording)
    show(f"{len(recording)} calls recorded before the take-over ({dict(told)}), replayed after it:")
    show(f"{len(recording) - len(differing)} the same, {len(differing)} different")
    assert differing == []
    assert len({one.body for one in recording}) > len(untouched), "the calls hardly tell answers apart"
    # The redemptions of the replay are the platform's: the old system has seen none of them.
    assert old_rows(platform_settings, run) == used_there
    assert version(deployed, f"{run}-FIVE") > 1


async def test_after_the_take_over_no_coupon_call_reaches_the_old_system(
    platform_settings: Settings, run: str, http: aiohttp.ClientSession
) -> None:
    async with telling() as backend, facade(platform_settings, backend) as address:
        for call in (Call("GET", f"/coupons/{run}"), Call("POST", f"/coupons/{run}/redeem", "kunde=K-1&betrag=1")):
            assert 'nr="17"' in (await heard(http, address, call)).body
        elsewhere = await heard(http, address, Call("GET", "/loyalty/points"))
        assert '"target": "/loyalty/points"' in elsewhere.body


async def test_many_tills_at_once_redeem_a_coupon_once(
    platform_settings: Settings, deployed: Stack, run: str, http: aiohttp.ClientSession
) -> None:
    await brought(platform_settings, deployed, coupons(run))
    asked = [Call("POST", f"/coupons/{run}-FIVE/redeem", f"kunde=K-{till}&betrag=19%2C99") for till in range(TILLS)]
    answers = await asyncio.gather(*(heard(http, f"{platform_settings.front_door}/api", call) for call in asked))
    assert Counter(_kind(answer) for answer in answers) == {"receipt": 1, "used": TILLS - 1}


def _kind(answer: Heard) -> str:
    kinds = {"<einloesung": "receipt", 'nr="18"': "used"}
    return next((kind for part, kind in kinds.items() if part in answer.body), answer.body)


async def test_what_the_old_system_redeems_or_changes_until_the_last_export_comes_over(
    platform_settings: Settings, deployed: Stack, run: str, http: aiohttp.ClientSession
) -> None:
    await brought(platform_settings, deployed, coupons(run))
    redeemed = Call("POST", f"/coupons/{run}-FIVE/redeem", "kunde=K-7&betrag=19%2C99")
    receipt = await heard(http, platform_settings.legacy, redeemed)
    with closing(database.open_database(platform_settings.legacy_database)) as old:
        old.execute("UPDATE coupons SET value = 20 WHERE code = ?", (f"{run}-TEN",))
    await exported(platform_settings, deployed, {f"{run}-FIVE": 2, f"{run}-TEN": 2})
    api = f"{platform_settings.front_door}/api"
    assert (await heard(http, api, redeemed)).body == receipt.body
    assert ">20<" in (await heard(http, api, Call("GET", f"/coupons/{run}-TEN"))).body


async def test_what_is_exported_again_unchanged_changes_nothing(
    platform_settings: Settings, deployed: Stack, run: str
) -> None:
    await brought(platform_settings, deployed, coupons(run))
    before = {code: version(deployed, code) for code in old_rows(platform_settings, run)}
    # Each export brings everything again; a new coupon among it tells that it has arrived.
    for new in ("NEW1", "NEW2"):
        await brought(platform_settings, deployed, [(f"{run}-{new}", *coupons(run)[0][1:])])
    assert {code: version(deployed, code) for code in before} == before
