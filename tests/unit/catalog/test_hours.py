"""Opening hours: when a restaurant is open, and which hours mean nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.catalog.menus import a_restaurant, period
from yafdp.catalog import hours
from yafdp.catalog.messages import Day, Period
from yafdp.kernel.zones import is_time_zone

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday.
MONDAY = datetime(2026, 6, 1, tzinfo=BERLIN)


def is_open(at: datetime, *periods: str, zone: str = "Europe/Berlin", paused: bool = False) -> bool:
    place = a_restaurant(
        "noodles", time_zone=zone, opening_hours=tuple(period(text) for text in periods), paused=paused
    )
    return hours.is_open(place, at)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


days = st.sampled_from(Day)
minutes = st.integers(0, 24 * 60 - 1)
periods = st.builds(
    lambda day, opens, length: Period(day=day, opens=clock(opens), closes=clock((opens + length) % (24 * 60))),
    days,
    minutes,
    st.integers(1, 24 * 60 - 1),
)


def test_without_hours_it_is_always_open() -> None:
    assert all(is_open(MONDAY + timedelta(hours=hour)) for hour in range(168))


def test_a_paused_restaurant_is_closed_whatever_its_hours() -> None:
    assert not is_open(MONDAY, paused=True)
    assert not is_open(MONDAY.replace(hour=12), "MONDAY 11:00-23:00", paused=True)


@pytest.mark.parametrize(
    ("time", "expected"), [("10:59", False), ("11:00", True), ("22:59", True), ("23:00", False), ("00:00", False)]
)
def test_it_is_open_from_the_minute_it_opens_until_before_the_minute_it_closes(time: str, expected: bool) -> None:
    hour, minute = map(int, time.split(":"))
    assert is_open(MONDAY.replace(hour=hour, minute=minute), "MONDAY 11:00-23:00") is expected


@pytest.mark.parametrize(
    ("day", "hour", "expected"), [(0, 1, True), (0, 2, False), (6, 17, False), (6, 18, True), (1, 1, False)]
)
def test_a_period_past_midnight_ends_on_the_next_day_also_from_sunday_to_monday(
    day: int, hour: int, expected: bool
) -> None:
    assert is_open(MONDAY + timedelta(days=day, hours=hour), "SUNDAY 18:00-02:00") is expected


def test_a_whole_day_is_from_midnight_to_twenty_four() -> None:
    assert all(is_open(MONDAY + timedelta(minutes=30 * step), "MONDAY 00:00-24:00") for step in range(48))
    assert not is_open(MONDAY + timedelta(days=1), "MONDAY 00:00-24:00")


@pytest.mark.parametrize(("zone", "expected"), [("Europe/Berlin", True), ("America/New_York", False)])
def test_hours_are_by_the_restaurants_own_clock(zone: str, expected: bool) -> None:
    noon_in_berlin = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    assert is_open(noon_in_berlin, "MONDAY 11:00-23:00", zone=zone) is expected


@pytest.mark.parametrize(("month", "expected"), [(1, False), (7, True)])
def test_summer_time_moves_the_hours_with_the_clock(month: int, expected: bool) -> None:
    # 09:30 UTC is 10:30 in winter and 11:30 in summer.
    first_monday = {1: 5, 7: 6}[month]
    at = datetime(2026, month, first_monday, 9, 30, tzinfo=UTC)
    assert is_open(at, "MONDAY 11:00-23:00") is expected


@given(periods, st.integers(0, 7 * 24 * 60 - 1))
def test_a_single_period_is_open_for_exactly_its_minutes_of_the_week(held: Period, minute: int) -> None:
    """Against another way to say it: walk from the opening to the moment."""
    opens = list(Day).index(held.day) * 24 * 60 + int(held.opens[:2]) * 60 + int(held.opens[3:])
    closes = list(Day).index(held.day) * 24 * 60 + int(held.closes[:2]) * 60 + int(held.closes[3:])
    if closes <= opens:
        closes += 24 * 60
    within = any(opens <= moment < closes for moment in (minute, minute + 7 * 24 * 60))
    moment = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute)
    place = a_restaurant("noodles", time_zone="UTC", opening_hours=(held,))
    assert hours.is_open(place, moment) is within


@settings(deadline=None)
@given(st.lists(periods, max_size=6))
def test_periods_are_refused_exactly_when_some_minute_belongs_to_two(chosen: list[Period]) -> None:
    minutes_of_week = [
        minute % (7 * 24 * 60)
        for held in chosen
        for minute in range(hours._start(held), hours._start(held) + hours._length(held))
    ]
    twice = len(minutes_of_week) != len(set(minutes_of_week))
    assert bool(list(hours.faults(tuple(chosen)))) is twice


@pytest.mark.parametrize("time", ["00:00", "11:00"])
def test_a_period_that_lasts_no_time_is_a_fault_at_its_end(time: str) -> None:
    (fault,) = hours.faults((period("MONDAY 09:00-10:00"), period(f"TUESDAY {time}-{time}")))
    assert fault.pointer == "/openingHours/1/closes"


def test_an_overlap_names_both_periods() -> None:
    (fault,) = hours.faults((period("SUNDAY 18:00-02:00"), period("MONDAY 01:00-05:00")))
    assert fault.pointer == "/openingHours/1"
    assert "/openingHours/0" in fault.detail


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_an_iana_zone_is_one(zone: str) -> None:
    assert is_time_zone(zone)


@pytest.mark.parametrize("zone", ["", "Berlin", "Europe", "../../etc/passwd", "/etc/localtime", "CEST+1", "a" * 300])
def test_anything_else_is_no_zone(zone: str) -> None:
    assert not is_time_zone(zone)
