"""Time zones, by their names in the IANA database. A module of its own: only the doors that need it pay its import."""

from zoneinfo import ZoneInfo


def is_time_zone(name: str) -> bool:
    """Whether the database knows the name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
