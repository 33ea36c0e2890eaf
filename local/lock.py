"""One local run per state directory: a lock file that holds the run's process id and dies with it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.console import LocalError


@contextmanager
def held(pid_file: Path) -> Iterator[None]:
    """Holds the lock for the block. Raises LocalError when another run has it."""
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with pid_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(f"it already runs (process {running(pid_file)}); `make down` stops it") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def running(pid_file: Path) -> int | None:
    """The process id of the run that holds the lock, or None. A file left by a killed run does not count."""
    if not pid_file.exists():
        return None
    with pid_file.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(text) if (text := lock.read()) else None
    return None
