"""Faults for tests: a deployed function misbehaves for chosen invocations while a `with` block lasts."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol

WAIT = 30.0  # seconds: how long a test waits for a fault to be met
_INTERVAL = 0.02  # seconds between looks

Kind = Literal["error", "crash", "throttle", "lost-answer", "hold"]


class Emulated(Protocol):
    """What has an emulator's address: a deployed Stack, or an Emulator."""

    @property
    def endpoint(self) -> str: ...


def _ask(deployed: Emulated, method: str, path: str = "", request: Any = None) -> Any:
    body = None if request is None else json.dumps(request).encode()
    call = urllib.request.Request(f"{deployed.endpoint}/_yafdp/faults{path}", body, method=method)
    try:
        with urllib.request.urlopen(call, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {call.full_url}: {error.code} {error.read().decode()}") from error


class Fault:
    """A fault of the emulator: how often it was met, and its end."""

    def __init__(self, deployed: Emulated, identifier: str) -> None:
        self._deployed, self._id = deployed, identifier
        self._ended: int | None = None

    def hits(self) -> int:
        """How many invocations it has hit so far; after its end, how many in all."""
        if self._ended is not None:
            return self._ended
        faults = _ask(self._deployed, "GET")["faults"]
        return next(int(fault["hits"]) for fault in faults if fault["id"] == self._id)

    def release(self) -> None:
        """End the fault: what it holds goes on, and later invocations are as ever. Safe to call again."""
        if self._ended is None:
            (ended,) = _ask(self._deployed, "DELETE", f"/{self._id}")["faults"]
            self._ended = int(ended["hits"])

    async def met(self, times: int = 1, *, wait: float = WAIT) -> None:
        """Return once it has hit this many invocations. Raises AssertionError after `wait` seconds."""
        deadline = time.monotonic() + wait
        while (hits := self.hits()) < times:
            assert time.monotonic() < deadline, f"the fault was met {hits} times in {wait} s, not {times}"
            await asyncio.sleep(_INTERVAL)


@contextmanager
def fault(
    deployed: Emulated,
    function: str,
    *,
    kind: Kind,
    matching: str | Sequence[str] = (),
    count: int | None = None,
    error: str | None = None,
    message: str | None = None,
) -> Iterator[Fault]:
    """Let invocations of `function` (its name, or the end of it) go wrong inside the block: local/emulator/faults.py.

    All texts of `matching` must occur in the payload. `count` is how many invocations are hit, all without it.
    """
    request = {
        "function": function, "kind": kind, "count": count, "errorType": error, "message": message,
        "matching": matching if isinstance(matching, str) else list(matching),
    }  # fmt: skip
    made = _ask(deployed, "POST", request={name: value for name, value in request.items() if value})
    made_fault = Fault(deployed, made["id"])
    try:
        yield made_fault
    finally:
        made_fault.release()
