"""What the local run tells the person in front of it: one line per step."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class LocalError(Exception):
    """The local run cannot go on. The message is all that the user sees, so it says what failed and what to do."""


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints `name` and the seconds it took, once the block is through."""
    started = time.monotonic()
    yield
    say(f"  {name:<28} {time.monotonic() - started:6.1f} s")


def die(error: Exception) -> NoReturn:
    print(f"yafdp: {error}", file=sys.stderr, flush=True)
    raise SystemExit(1)
