"""The filter patterns of event source mappings, as far as this project's mappings use them."""

from typing import Any


class UnknownPatternError(ValueError):
    """A pattern has something in it that this module does not know; guessing would hand over the wrong records."""


def matches(pattern: Any, value: Any) -> bool:
    """Whether a record's value fits a pattern. Raises UnknownPatternError.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
    """
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_fits(wanted, value, key) for key, wanted in pattern.items())
    raise UnknownPatternError(f"not a pattern: {pattern!r}")


def _fits(pattern: Any, holder: dict[str, Any], key: str) -> bool:
    if isinstance(pattern, dict):
        return key in holder and matches(pattern, holder[key])
    if not isinstance(pattern, list):
        raise UnknownPatternError(f"not a pattern: {pattern!r}")
    return any(_is(condition, holder, key) for condition in pattern)


def _is(condition: Any, holder: dict[str, Any], key: str) -> bool:
    value = holder.get(key)
    if not isinstance(condition, dict):
        return key in holder and bool(value == condition)
    match condition:
        case {"prefix": str(start), **rest} if not rest:
            return isinstance(value, str) and value.startswith(start)
        case {"suffix": str(end), **rest} if not rest:
            return isinstance(value, str) and value.endswith(end)
        case {"exists": bool(wanted), **rest} if not rest:
            return (key in holder) is wanted
        case {"anything-but": list(unwanted), **rest} if not rest:
            return key in holder and value not in unwanted
    raise UnknownPatternError(f"not a condition that is known here: {condition!r}")
