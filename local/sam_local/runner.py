"""Runs `sam local start-api`, `start-lambda` and `invoke` beside a running emulator."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import sam
from local.console import LocalError
from local.processes import spawn, stop, tail
from local.sam_local import forwarder, template
from local.sam_local.template import AUTHORIZER, Variables
from local.settings import HOST, Settings
from local.stack import Stack, resources

START_LIMIT = 120.0  # seconds until SAM listens
STOP_GRACE = 60.0  # seconds for SAM to remove its containers, one after the other
INVOKE_LIMIT = 900.0  # seconds; the first invocation pulls AWS's base image and makes one with the layer


@dataclass(frozen=True)
class SamLocal:
    """`sam local`, ready to run with a template and an environment of its own."""

    settings: Settings
    template: Path
    variables: Path

    def invoke(self, function: str, event: Path) -> Any:
        """What the function (by logical id) answers to the event in the file, decoded; of a function that failed, what
        Lambda tells of the error. Raises LocalError with the end of SAM's own words when SAM fails.
        """
        done = subprocess.run(
            self._command("invoke", function, "--event", str(event)),
            env=self._environment,
            cwd=self.settings.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INVOKE_LIMIT,
            check=False,
        )
        if done.returncode or not done.stdout.strip():
            raise LocalError(f"sam local invoke {function} failed\n{done.stderr[-4000:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])

    def api(self, port: int) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Serves the REST API at a port of loopback for the block. Raises LocalError when it does not start."""
        return self._serving("start-api", port)

    def functions(self, port: int) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Takes Lambda's Invoke requests at a port of loopback for the block, for functions by their logical ids.
        Raises LocalError when it does not start.
        """
        return self._serving("start-lambda", port)

    @contextmanager
    def _serving(self, command: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
        # A container starts with the first request for its function and serves the later ones too.
        arguments = self._command(command, "--host", HOST, "--port", str(port), "--warm-containers", "LAZY")
        log = log_of(self.settings, command)
        process = spawn(arguments, env=self._environment, cwd=self.settings.root, log=log)
        try:
            _await(process, command, port, log)
            yield process
        finally:
            stop(process, grace=STOP_GRACE)

    @property
    def _environment(self) -> dict[str, str]:
        return sam.environment(self.settings)

    def _command(self, command: str, *arguments: str) -> list[str]:
        return [
            str(self.settings.tools / "sam"), "local", command, *arguments,
            "--template", str(self.template),
            "--env-vars", str(self.variables),
            "--region", self.settings.region,
            "--parameter-overrides", *sam.parameters(self.settings),
        ]  # fmt: skip


@contextmanager
def beside(settings: Settings, deployed: Mapping[str, str], authorizer: Stack | None = None) -> Iterator[SamLocal]:
    """`sam local` with the data of the emulator at the settings' port, while the block runs. `deployed` has the
    functions' names there by logical id; `authorizer` is the stack whose users may call the API.
    """
    with (
        forwarder.reachable(settings.emulator_port) as endpoint,
        forwarder.reachable(settings.stripe_port) as stripe,
        tempfile.TemporaryDirectory(dir=settings.state) as at,
    ):
        variables: dict[str, Variables] = template.environment(settings, deployed, endpoint, stripe)
        if authorizer is not None:
            variables[AUTHORIZER] = template.authorizer_environment(authorizer, endpoint)
        prepared = SamLocal(settings, Path(at) / "template.json", Path(at) / "variables.json")
        template.write(prepared.template, template.copy(settings, variables))
        template.write(prepared.variables, variables)
        yield prepared


def beside_platform(settings: Settings, stack: Stack) -> AbstractContextManager[SamLocal]:
    """`sam local` with the data of the platform that runs, and its users."""
    deployed = resources(settings)
    return beside(settings, {name: deployed[name] for name in template.built_functions(settings)}, stack)


def log_of(settings: Settings, command: str = "start-api") -> Path:
    """Where this command of `sam local` and its containers write."""
    return settings.logs / f"sam-local-{command}.log"


def _await(process: subprocess.Popen[bytes], command: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    # Not by asking the port, which somebody else may hold: SAM itself says that it listens.
    while f"Running on http://{HOST}:{port}" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise LocalError(f"sam local {command} does not start; its log is {log}\n{tail(log)}")
        time.sleep(0.2)
