"""The time, as the platform writes it down."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """RFC 3339 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`: sorts as text in the order of time."""
    return (moment or now()).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_seconds(seconds: int) -> str:
    """The timestamp of that many seconds from now."""
    return timestamp(now() + timedelta(seconds=seconds))


def parsed(text: str) -> datetime:
    """The moment that a timestamp names."""
    return datetime.fromisoformat(text)


def epoch_in(seconds: int) -> int:
    """Unix time in whole seconds, that many seconds from now: the form DynamoDB's time to live wants."""
    return int(now().timestamp()) + seconds


def epoch_milliseconds() -> int:
    """Unix time in whole milliseconds, now."""
    return int(now().timestamp() * 1000)


def milliseconds_since(written: str) -> int:
    """Milliseconds from a timestamp to now."""
    return round((now() - datetime.fromisoformat(written)).total_seconds() * 1000)
