"""A number of slots, and the lines of those who wait for one."""

import os
import threading
from collections import deque


class Slots:
    """Slots that are taken and given back, first come first served; who had one before comes before who had none."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._returning: deque[threading.Event] = deque()
        self._new: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def take(self, *, returning: bool = False) -> None:
        """Take a slot; returns once it is this caller's."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Event()
            (self._returning if returning else self._new).append(turn)
        turn.wait()

    def give(self) -> None:
        """Give the slot back: to whoever is next in line."""
        with self._lock:
            if line := self._returning or self._new:
                line.popleft().set()
            else:
                self._free += 1


def number_from(setting: str) -> int:
    """The slots that an environment variable asks for, two for each core without it. SystemExit if it is no number."""
    text = os.environ.get(setting) or str(2 * (os.process_cpu_count() or 1))
    if not text.isascii() or not text.isdigit() or not int(text):
        raise SystemExit(f"{setting} is {text!r}; it must be a number from 1 on")
    return int(text)
