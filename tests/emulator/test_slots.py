"""Slots are taken in turn."""

import threading
from typing import Any

import pytest

from local.emulator.slots import Slots, number_from
from tests.emulator.emulator import eventually


class Line:
    """Threads that wait for one slot, each in line before the next one comes."""

    def __init__(self) -> None:
        self.slots = Slots(1)
        self.served: list[str] = []
        self._waiting = 0

    def join(self, name: str, *, returning: bool = False) -> None:
        def wait() -> None:
            self.slots.take(returning=returning)
            self.served.append(name)
            self.slots.give()

        threading.Thread(target=wait, daemon=True).start()
        self._waiting += 1
        eventually(lambda: len(self.slots._new) + len(self.slots._returning) == self._waiting)


def test_a_slot_goes_to_who_has_waited_longest() -> None:
    line = Line()
    line.slots.take()
    for name in ("first", "second", "third"):
        line.join(name)
    line.slots.give()
    assert eventually(lambda: line.served[2:] and line.served) == ["first", "second", "third"]


def test_who_returns_comes_before_who_is_new() -> None:
    line = Line()
    line.slots.take()
    line.join("new")
    line.join("returns", returning=True)
    line.slots.give()
    assert eventually(lambda: line.served[1:] and line.served) == ["returns", "new"]


def test_a_slot_that_nobody_waits_for_is_free_again() -> None:
    slots = Slots(1)
    for _ in range(2):
        slots.take()
        slots.give()


def test_the_setting_counts_and_two_for_each_core_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    count: Any = lambda: 3  # noqa: E731
    monkeypatch.setattr("os.process_cpu_count", count)
    monkeypatch.delenv("YAFDP_SANDBOXES", raising=False)
    assert number_from("YAFDP_SANDBOXES") == 6
    monkeypatch.setenv("YAFDP_SANDBOXES", "5")
    assert number_from("YAFDP_SANDBOXES") == 5


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_a_setting_that_is_no_number_of_slots_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("YAFDP_SANDBOXES", text)
    with pytest.raises(SystemExit, match="YAFDP_SANDBOXES"):
        number_from("YAFDP_SANDBOXES")
