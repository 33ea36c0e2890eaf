"""Starts the emulator and waits until it answers."""

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from local import sam
from local.console import LocalError
from local.processes import spawn, stop, tail
from local.settings import HOST, Settings

START_LIMIT = 60.0  # seconds until an emulator that does not answer is given up


def environment(settings: Settings) -> dict[str, str]:
    """The emulator's settings, as its launcher documents them."""
    return sam.environment(settings) | {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(settings.emulator_port),
        "AUTH": "true",  # IAM is enforced: a missing permission fails here as it would in the cloud
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "0",
        "TMPDIR": str(settings.state / "tmp"),
        "AWS_XRAY_DAEMON_ADDRESS": settings.xray_address,
        "YAFDP_LIVE_SOURCES": str(settings.sources),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{settings.emulator_python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Starts the emulator with empty state; it is not yet ready when this returns."""
    # What the last run left is of no use to an emulator that starts empty.
    settings.sources.unlink(missing_ok=True)
    shutil.rmtree(scratch := settings.state / "tmp", ignore_errors=True)
    scratch.mkdir(parents=True)
    command: list[str | Path] = [settings.emulator_python, "-m", "local.emulator"]
    return spawn(command, env=environment(settings), cwd=settings.root, log=log_of(settings))


def wait_until_ready(settings: Settings, emulator: subprocess.Popen[bytes]) -> None:
    """Returns once the emulator answers. Raises LocalError when it ended or stays silent."""
    deadline = time.monotonic() + START_LIMIT
    while not answers(settings):
        if emulator.poll() is not None:
            raise died(settings, emulator)
        if time.monotonic() > deadline:
            stop(emulator)
            raise LocalError(f"the emulator did not answer within {START_LIMIT:.0f} s; its log is {log_of(settings)}")
        time.sleep(0.1)


def answers(settings: Settings) -> bool:
    """Whether something at the emulator's address says that it is well."""
    try:
        with urllib.request.urlopen(f"{settings.endpoint}/_ministack/health", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def died(settings: Settings, emulator: subprocess.Popen[bytes]) -> LocalError:
    """The error for an emulator that ended by itself, with the end of its log."""
    log = log_of(settings)
    return LocalError(f"the emulator ended by itself (exit code {emulator.returncode}); its log is {log}\n{tail(log)}")


def log_of(settings: Settings) -> Path:
    return settings.logs / "emulator.log"
