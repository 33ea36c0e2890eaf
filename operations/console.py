"""What the commands tell an operator, and what they ask."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

type Say = Callable[[str], object]

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60  # seconds


class OperationError(Exception):
    """The command cannot go on. The message is all that the operator sees: what failed, and what to do next."""


def say(text: str = "") -> None:
    """One line, at once."""
    print(text, flush=True)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table whose columns are as wide as what is in them."""
    cells = [list(heads), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def duration(span: timedelta) -> str:
    """A span of time to its first unit or two: `3 d 4 h`, `5 min`, `12 s`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= _DAY:
        return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _MINUTE} min" if seconds >= _MINUTE else f"{seconds} s"


def counted(number: int, noun: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def confirmed(question: str, *, yes: bool) -> bool:
    """Whether the operator says yes, or has said so with YES=1. Raises OperationError where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise OperationError("nothing was changed: nobody is here to ask. YES=1 answers yes")
    return input(f"{question} [yes/no] ").strip().lower() == "yes"
