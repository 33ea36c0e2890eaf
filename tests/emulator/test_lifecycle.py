"""The emulator goes when it is told to, and takes its functions with it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.conftest import REPOSITORY, start
from tests.emulator.emulator import Emulator, eventually

SECONDS_TO_END = 2.0
TELLS_ITS_NUMBER = "import os\ndef handler(event, context):\n    return os.getpid()\n"


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    emulator = start(tmp_path)
    yield emulator
    emulator.process.kill()
    emulator.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_function_process_outlives_the_emulator(emulator: Emulator, number: signal.Signals) -> None:
    function = emulator.invoke(emulator.function(TELLS_ITS_NUMBER)).payload
    assert _runs(function)
    emulator.process.send_signal(number)
    emulator.process.wait(timeout=SECONDS_TO_END)
    eventually(lambda: not _runs(function), wait=SECONDS_TO_END)


def test_a_taken_port_is_one_clear_line(emulator: Emulator) -> None:
    environment = os.environ | {"GATEWAY_PORT": emulator.endpoint.rsplit(":", 1)[1]}
    python = str(emulator.process.args[0])  # type: ignore[index]
    second = subprocess.run(
        [python, "-m", "local.emulator"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.strip().endswith("Address already in use") or "cannot listen" in second.stderr
    assert "Traceback" not in second.stderr


def test_an_unknown_bridge_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such bridge: nagel"):
        start(tmp_path, bridges="nagel")
