"""Opening hours: whether a restaurant is open at a moment, and what is wrong with hours that mean nothing. Pure."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from yafdp.catalog.messages import Day, Period, Restaurant
from yafdp.kernel.errors import FieldError

# Minutes.
DAY = 24 * 60
WEEK = 7 * DAY


def is_open(restaurant: Restaurant, moment: datetime) -> bool:
    """Whether it takes orders at the moment (any time zone, but not none): it is not paused, and either has no hours,
    which means always, or one of its periods holds the moment.

    Periods are by the restaurant's wall clock, so the hour that a change to winter time repeats is open twice or not at
    all.
    """
    if restaurant.paused:
        return False
    if not restaurant.opening_hours:
        return True
    local = moment.astimezone(ZoneInfo(restaurant.time_zone))
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    return any((minute - _start(period)) % WEEK < _length(period) for period in restaurant.opening_hours)


def faults(periods: tuple[Period, ...]) -> Iterator[FieldError]:
    """What is wrong with the periods: one that lasts no time, or two that overlap."""
    for index, period in enumerate(periods):
        if period.opens == period.closes:
            detail = "closes must differ from opens; a whole day is 00:00 to 24:00"
            yield FieldError(f"/openingHours/{index}/closes", detail)
    # A period lasts a day at most, so if any two overlap, two neighbours do.
    ordered = sorted(range(len(periods)), key=lambda index: _start(periods[index]))
    for earlier, later in pairwise([*ordered, *ordered[:1]]):
        between = (_start(periods[later]) - _start(periods[earlier])) % WEEK
        if earlier != later and between < _length(periods[earlier]):
            yield FieldError(f"/openingHours/{later}", f"overlaps with /openingHours/{earlier}")


def _start(period: Period) -> int:
    return list(Day).index(period.day) * DAY + _minutes(period.opens)


def _length(period: Period) -> int:
    return (_minutes(period.closes) - _minutes(period.opens)) % DAY or DAY


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
