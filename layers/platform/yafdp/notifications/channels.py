"""Which messages go by which channel, and when: the decisions. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.notifications.messages import Channel, Facts, Kind, PreferencesForm, QuietHours

DAY = 24 * 60  # minutes


class Patience(Enum):
    """What quiet hours do to a message."""

    NONE = "it is told at any hour"
    ENDLESS = "it waits for the morning"
    SHORT = "by the morning it is worth nothing"


PATIENCE = {
    Kind.PAYMENT_PENDING: Patience.NONE,
    Kind.CONFIRMED: Patience.ENDLESS,
    Kind.READY: Patience.SHORT,
    Kind.PICKED_UP: Patience.NONE,
    Kind.DELIVERED: Patience.ENDLESS,
    Kind.REJECTED: Patience.NONE,
    Kind.CANCELLED: Patience.NONE,
    Kind.REINSTATED: Patience.NONE,
    Kind.NEEDS_ATTENTION: Patience.NONE,
}
# What a customer who has said nothing hears: that the order needs them, that it began and how it ended; text messages
# cost money.
DEFAULTS = PreferencesForm(
    email=tuple(kind for kind in Kind if kind not in {Kind.READY, Kind.PICKED_UP}),
    sms=(),
)


class Hold(Exception):
    """The message must wait; `seconds` says how long at the least before it is looked at again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"held back for {seconds} s")
        self.seconds = seconds


class Unwanted(Exception):
    """Nobody wants the message any more."""


def kind_of(event: Envelope) -> Kind | None:
    """The kind of message that an event asks for; None for one that only open pages are told."""
    return Kind(event.type) if event.type in list(Kind) else None


def recipient(event: Envelope) -> str:
    """The customer whom an order's event concerns. Raises InvalidMessage if it names nobody."""
    customer = event.data.get("customerId")
    if not isinstance(customer, str):
        raise InvalidMessage(f"{event.type} names no customer")
    return customer


def facts(event: Envelope) -> Facts:
    """What a message tells of an event. Raises InvalidMessage if it does not fit."""
    return contents(event, Facts)


def wanted(kind: Kind, preferences: PreferencesForm) -> Iterator[Channel]:
    """The channels by which a user wants to hear of a kind, whatever the hour."""
    for channel, kinds in ((Channel.EMAIL, preferences.email), (Channel.SMS, preferences.sms)):
        if kind in kinds:
            yield channel


def release(kind: Kind, channel: Channel, preferences: PreferencesForm, moment: datetime, longest: int) -> None:
    """Let a message go out at this moment. Raises Hold (for `longest` seconds at most) in quiet hours, and Unwanted if
    the user has turned the kind off meanwhile, or if it would be of no use after them.
    """
    if channel not in wanted(kind, preferences):
        raise Unwanted("the user does not want it by this channel")
    seconds = quiet_for(preferences.quiet_hours, moment, longest)
    if not seconds or PATIENCE[kind] is Patience.NONE:
        return
    if PATIENCE[kind] is Patience.SHORT:
        raise Unwanted("it would be of no use after the quiet hours")
    raise Hold(seconds)


def quiet_for(hours: QuietHours | None, moment: datetime, longest: int) -> int:
    """Seconds until the quiet hours that hold the moment end, at most `longest`; 0 outside of them.

    It asks the zone's own clock minute by minute, so a night that a change of the clock makes longer or shorter is as
    long as it is.
    """
    if hours is None or not _is_quiet(hours, moment):
        return 0
    end = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while _is_quiet(hours, end) and (end - moment).total_seconds() < longest:
        end += timedelta(minutes=1)
    return min(longest, -(-(end - moment) // timedelta(seconds=1)))


def _is_quiet(hours: QuietHours, moment: datetime) -> bool:
    clock = moment.astimezone(ZoneInfo(hours.time_zone))
    starts, ends = _minutes(hours.starts), _minutes(hours.ends)
    return (clock.hour * 60 + clock.minute - starts) % DAY < (ends - starts) % DAY


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
