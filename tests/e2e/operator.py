"""The operators' commands, as they are typed."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from local.settings import ROOT
from local.stack import Stack


def operate(deployed: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m operations` against the platform."""
    environment = os.environ | {"YAFDP_EMULATOR_PORT": str(urlsplit(deployed.endpoint).port)}
    command = [sys.executable, "-m", "operations", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
