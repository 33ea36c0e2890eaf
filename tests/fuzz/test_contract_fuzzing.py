"""The REST API fuzzed by its own contract, as each role. The seed stands in schemathesis.toml and in the output."""

import subprocess
import sys

import pytest

from local import fuzz
from local.settings import ROOT, Settings

# Few: the coverage phase walks every boundary of the contract whatever this is. `make fuzz` takes more.
EXAMPLES = 5


@pytest.mark.parametrize("role", fuzz.ROLES)
def test_no_answer_is_undocumented_and_none_is_5xx(platform_settings: Settings, role: str) -> None:
    environ = {
        "YAFDP_PORT": str(platform_settings.port),
        "YAFDP_EMULATOR_PORT": str(platform_settings.emulator_port),
        "YAFDP_XRAY_PORT": str(platform_settings.xray_port),
        "YAFDP_LEGACY_PORT": str(platform_settings.legacy_port),
        "YAFDP_STATE": str(platform_settings.state),
    }
    command = [sys.executable, "-m", "local.fuzz", "--role", role, "--examples", str(EXAMPLES)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
