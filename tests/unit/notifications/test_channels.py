"""Which messages go by which channel, and when: quiet hours by the wall clock, through both changes of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from yafdp.kernel.envelope import Envelope
from yafdp.notifications import channels
from yafdp.notifications.channels import PATIENCE, Hold, Patience, Unwanted, quiet_for, release, wanted
from yafdp.notifications.messages import Channel, Kind, PreferencesForm, QuietHours

NIGHT = QuietHours(starts="22:00", ends="07:00", time_zone="Europe/Berlin")
SIESTA = QuietHours(starts="13:00", ends="15:30", time_zone="Europe/Madrid")
ALL = PreferencesForm(email=tuple(Kind), sms=tuple(Kind), quiet_hours=NIGHT)
# In Berlin's winter, UTC + 1.
MIDNIGHT = datetime(2026, 1, 15, 23, 0, tzinfo=UTC)
NOON = datetime(2026, 1, 15, 11, 0, tzinfo=UTC)
DAY = 86_400


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(kind: str) -> Envelope:
    return Envelope(
        id="e", type=kind, version=1, occurred_at="t", aggregate_id="o", sequence=3, correlation_id="s", data={}
    )


@pytest.mark.parametrize(
    ("moment", "hours", "seconds"),
    [
        ("2026-01-15T20:59:59", NIGHT, 0),
        ("2026-01-15T21:00:00", NIGHT, 9 * 3600),
        ("2026-01-16T05:59:30", NIGHT, 30),
        ("2026-01-16T05:59:59.900", NIGHT, 1),
        ("2026-01-16T06:00:00", NIGHT, 0),
        ("2026-01-15T12:30:00", SIESTA, 2 * 3600),
        ("2026-01-15T14:30:00", SIESTA, 0),
    ],
)
def test_quiet_hours_begin_and_end_to_the_second(moment: str, hours: QuietHours, seconds: int) -> None:
    assert quiet_for(hours, at(moment), DAY) == seconds


def test_a_wait_is_never_longer_than_asked_for_nor_empty_in_quiet_hours() -> None:
    assert quiet_for(NIGHT, MIDNIGHT, 900) == 900
    assert all(quiet_for(NIGHT, MIDNIGHT + timedelta(milliseconds=70 * step), 900) > 0 for step in range(1000))


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_for(None, MIDNIGHT, 900) == 0


@pytest.mark.parametrize(
    ("night", "seconds"),
    [
        # From 22:00 to 07:00 of the next day, in Berlin.
        ("2026-03-27T21:00:00", 9 * 3600),
        ("2026-03-28T21:00:00", 8 * 3600),  # the clock goes forward at 02:00
        ("2026-10-24T20:00:00", 10 * 3600),  # and back at 03:00
        ("2026-10-25T21:00:00", 9 * 3600),
    ],
)
def test_the_night_of_a_clock_change_is_an_hour_shorter_or_longer(night: str, seconds: int) -> None:
    assert quiet_for(NIGHT, at(night), DAY) == seconds


def test_an_end_that_the_spring_skips_is_the_moment_of_the_change() -> None:
    hours = QuietHours(starts="22:00", ends="02:30", time_zone="Europe/Berlin")
    assert quiet_for(hours, at("2026-03-29T00:30:00"), DAY) == 1800


@pytest.mark.parametrize("kind", Kind)
def test_quiet_hours_hold_back_what_can_wait_and_nothing_else(kind: Kind) -> None:
    expected = {Patience.NONE: None, Patience.ENDLESS: Hold, Patience.SHORT: Unwanted}[PATIENCE[kind]]
    if expected is None:
        release(kind, Channel.EMAIL, ALL, MIDNIGHT, 900)
    else:
        with pytest.raises(expected):
            release(kind, Channel.EMAIL, ALL, MIDNIGHT, 900)
    release(kind, Channel.SMS, ALL, NOON, 900)


@pytest.mark.parametrize("kind", [Kind.REJECTED, Kind.CANCELLED, Kind.NEEDS_ATTENTION, Kind.PICKED_UP])
def test_what_is_urgent_is_told_at_night(kind: Kind) -> None:
    release(kind, Channel.SMS, ALL, MIDNIGHT, 900)


def test_what_was_turned_off_meanwhile_is_not_told_even_if_urgent() -> None:
    with pytest.raises(Unwanted):
        release(Kind.REJECTED, Channel.EMAIL, PreferencesForm(email=(), sms=tuple(Kind)), NOON, 900)


def test_who_has_said_nothing_gets_e_mails_when_needed_at_the_beginning_and_at_the_end_and_no_text_messages() -> None:
    told = {kind: list(wanted(kind, channels.DEFAULTS)) for kind in Kind}
    assert [kind for kind, by in told.items() if by == [Channel.EMAIL]] == [
        Kind.PAYMENT_PENDING,
        Kind.CONFIRMED,
        Kind.DELIVERED,
        Kind.REJECTED,
        Kind.CANCELLED,
        Kind.REINSTATED,
        Kind.NEEDS_ATTENTION,
    ]
    assert [by for by in told.values() if Channel.SMS in by] == []


def test_only_some_events_are_messages() -> None:
    assert channels.kind_of(event("OrderConfirmed")) is Kind.CONFIRMED
    assert channels.kind_of(event("OrderPriced")) is None
    assert channels.kind_of(event("OrderOfTomorrow")) is None
