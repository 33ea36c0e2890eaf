"""Only so many executions of state machines make progress at a time; the others wait for their start.

MiniStack 1.5.33 runs every execution at once, as AWS does. On a laptop a burst of orders then advances all together,
each so slowly that tasks time out, are retried, and add to the load. With the bridge at most YAFDP_EXECUTIONS of them
(two for each core) have a slot. A new one waits for its slot before its first state. It gives the slot back while it
waits, in a Wait state, for a task token, or before a retry, and takes one again before any new execution gets one.
A nested synchronous execution runs in its parent's slot, and one that a caller waits for needs none: waiting for a
slot that its caller holds would be for ever. If one branch waits, its siblings go on meanwhile.

No timeout of a task, a token or a machine includes the wait for a slot, but one: that of a task which runs a nested
execution includes its returns to the slot.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ministack.services import stepfunctions

from local.emulator.slots import Slots, number_from


class Turn:
    """One execution's hold on a slot, shared by its branches and nested executions."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._waits = 0
        self._ended = False
        self._lock = threading.Lock()
        slots.take()

    def pause(self) -> None:
        """Give the slot back with the first wait of possibly several."""
        with self._lock:
            self._waits += 1
            if self._waits == 1 and not self._ended:
                self._slots.give()

    def resume(self) -> None:
        """Take a slot again with the end of the last wait."""
        with self._lock:
            self._waits -= 1
            if not self._waits and not self._ended:
                self._slots.take(returning=True)

    def end(self) -> None:
        """Give the slot back for good. A task that its execution left behind no longer gets one."""
        with self._lock:
            self._ended = True
            if not self._waits:
                self._slots.give()


_turn: ContextVar[Turn | None] = ContextVar("slot of the running execution", default=None)


@contextmanager
def released() -> Iterator[None]:
    """Leave the slot of the running execution to others meanwhile; without one, nothing happens."""
    if (turn := _turn.get()) is None:
        yield
        return
    turn.pause()
    try:
        yield
    finally:
        turn.resume()


def _in_slots(slots: Slots) -> None:
    run = stepfunctions._run_execution

    def run_execution(arn: str) -> None:
        if stepfunctions._executions[arn].get("sync"):
            run(arn)
            return
        token = _turn.set(turn := Turn(slots))
        try:
            run(arn)
        finally:
            turn.end()
            _turn.reset(token)

    stepfunctions._run_execution = run_execution


def _waits() -> None:
    sleep = stepfunctions._scaled_sleep

    def scaled_sleep(seconds: float) -> None:
        with released():
            sleep(seconds)

    stepfunctions._scaled_sleep = scaled_sleep


def install() -> None:
    """Run executions in slots; task_states releases them for task tokens."""
    _in_slots(Slots(number_from("YAFDP_EXECUTIONS")))
    _waits()
