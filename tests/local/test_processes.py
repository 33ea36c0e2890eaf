"""Children never outlive the local run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.processes import spawn, stop, tail

# A child that ignores SIGTERM and has a child of its own; it prints both process ids.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])  # it inherits the ignored signal
print(os.getpid(), inner.pid, flush=True)
time.sleep(60)
"""

# A parent that starts a child as the local run does, tells its id, and waits.
PARENT = """
import sys, time
from pathlib import Path
from local.processes import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], env={}, cwd=Path.cwd(), log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_stopping_ends_a_child_that_ignores_the_request_and_its_children_too(tmp_path: Path) -> None:
    child = spawn([sys.executable, "-c", STUBBORN], env={}, cwd=tmp_path, log=tmp_path / "log")
    pids = [int(word) for word in _first_line(tmp_path / "log").split()]
    stop(child, grace=0.2)
    assert child.returncode == -signal.SIGKILL
    assert _all_end(pids)


def test_a_child_ends_when_the_local_run_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert _all_end([child])


def test_the_end_of_a_log_is_shown_and_a_missing_log_is_empty(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\ntwo\nthree\n")
    assert tail(tmp_path / "log", lines=2) == "two\nthree"
    assert tail(tmp_path / "none") == ""


def _first_line(log: Path) -> str:
    while not (text := log.read_text()).endswith("\n"):
        time.sleep(0.01)
    return text


def _all_end(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(_lives(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _lives(pid: int) -> bool:
    """Whether a process still runs; one that has ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
