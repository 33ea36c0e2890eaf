"""Start the platform in the background and return when it answers."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from local import lock
from local.console import say
from local.settings import ROOT, Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(options: argparse.Namespace, configured: Settings) -> None:
    if (process := lock.running(configured.pid_file)) is not None:
        say(f"it already runs (process {process}) at {configured.front_door}; `make down` stops it")
        return
    configured.ready_file.unlink(missing_ok=True)
    log = configured.logs / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    runner = _detach(log)
    try:
        ready = _follow(log, runner, configured.ready_file)
    except KeyboardInterrupt:
        runner.terminate()
        runner.wait()
        raise
    if not ready:
        raise SystemExit(1)


def _detach(log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local", "run"],
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _follow(log: Path, runner: subprocess.Popen[bytes], ready: Path) -> bool:
    """Shows the log as it grows, until the platform is ready (True) or the runner has ended (False)."""
    with log.open(errors="replace") as lines:
        while True:
            # Looked at before the log is read, so that the last lines are shown too.
            over = ready.exists() or runner.poll() is not None
            sys.stdout.write(lines.read())
            sys.stdout.flush()
            if over:
                return ready.exists()
            time.sleep(0.1)
