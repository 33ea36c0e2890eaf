"""Emulators for the whole run: `bare` is MiniStack as it comes, `bridged` has every bridge, `strict` IAM too."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.emulator import Emulator
from tests.ports import free_ports

REPOSITORY = Path(__file__).resolve().parents[2]
START_TIMEOUT = 30  # seconds


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(directory: Path, bridges: str | None = None, **settings: str) -> Emulator:
    """Start an emulator of its own port and directory, and wait until it answers."""
    (port,) = free_ports(1)
    endpoint = f"http://127.0.0.1:{port}"
    environment = os.environ | settings | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(directory / "tmp"),
    }  # fmt: skip
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if bridges is not None:
        environment["YAFDP_BRIDGES"] = bridges
    python = os.environ.get("YAFDP_EMULATOR_PYTHON", str(REPOSITORY / ".venv-emulator/bin/python"))
    process = subprocess.Popen(
        [python, "-m", "local.emulator"],
        cwd=REPOSITORY,
        env=environment,
        stdout=(log := (directory / "emulator.log").open("w")),
        stderr=subprocess.STDOUT,
    )
    log.close()
    deadline = time.monotonic() + START_TIMEOUT
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError((directory / "emulator.log").read_text())
        time.sleep(0.05)
    return Emulator(endpoint, process, directory)


def stop(emulator: Emulator) -> None:
    """End the emulator as the runner does."""
    emulator.process.send_signal(signal.SIGTERM)
    emulator.process.wait(timeout=10)


@pytest.fixture(scope="session")
def xray() -> Iterator[socket.socket]:
    """What the bridged emulator takes for the X-Ray daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        yield daemon


@pytest.fixture(scope="session")
def bridged(tmp_path_factory: pytest.TempPathFactory, xray: socket.socket) -> Iterator[Emulator]:
    """MiniStack with every bridge; its live-code file is `directory / "sources.json"`."""
    directory = tmp_path_factory.mktemp("bridged")
    daemon = f"127.0.0.1:{xray.getsockname()[1]}"
    sources = str(directory / "sources.json")
    emulator = start(directory, YAFDP_LIVE_SOURCES=sources, AWS_XRAY_DAEMON_ADDRESS=daemon)
    yield emulator
    stop(emulator)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """MiniStack without our bridges."""
    emulator = start(tmp_path_factory.mktemp("bare"), bridges="none")
    yield emulator
    stop(emulator)


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """MiniStack with every bridge, and IAM enforced."""
    emulator = start(tmp_path_factory.mktemp("strict"), AUTH="true")
    yield emulator
    stop(emulator)
