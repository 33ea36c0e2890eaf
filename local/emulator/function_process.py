"""A process that runs a Python function on AWS's runtime client."""

import os
import select
import threading
from pathlib import Path
from queue import Queue
from typing import IO, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.emulator import artifacts

State = frozenset[tuple[Path, int]]
"""Which versions of edited directories a process has loaded: empty means the code as deployed."""

_CHUNK = 65536  # bytes: a Linux pipe holds no more
_PASSED_ON = ("PATH", "TMPDIR", "AWS_ENDPOINT_URL", "AWS_XRAY_DAEMON_ADDRESS")


class PythonWorker(lambda_runtime.ProvidedWorker):  # type: ignore[misc]
    """MiniStack's custom-runtime worker, with Python's bootstrap, and without waits for log lines that never come."""

    def __init__(self, name: str, config: dict[str, Any], code_zip: bytes) -> None:
        super().__init__(name, config, code_zip)
        self.loaded: State = frozenset()
        self._output_lock = threading.Lock()
        self._output = b""
        self._stream: IO[bytes] | None = None

    def _spawn(self, init_timeout: float | None = None) -> None:
        artifacts.code_directory(self.code_zip)
        super()._spawn(init_timeout)

    def _await_init(self, init_timeout: float | None = None) -> None:
        try:
            super()._await_init(init_timeout)
        except RuntimeError:
            if isinstance(self._init_error, dict):
                raise InitError(self._init_error) from None
            raise

    def invoke(self, event: Any, request_id: str, **rest: Any) -> dict[str, Any]:
        """As upstream, but a failed start is reported as the runtime reported it, with its log."""
        try:
            result: dict[str, Any] = super().invoke(event, request_id, **rest)
        except InitError as error:
            return {
                "status": "error",
                "error": error.report.get("errorMessage"),
                "error_payload": error.report,
                "cold_start": True,
                "log": self._drain_stderr_bounded(),
            }
        return result

    def _pump_output(self, stream: IO[bytes], _lines: Queue[str]) -> None:
        """Keep the pipe from filling up between invocations."""
        self._stream = stream
        poll = select.poll()
        poll.register(stream, select.POLLIN)
        while poll.poll():
            with self._output_lock:
                # The end of an invocation may have read it all meanwhile.
                if poll.poll(0) and not self._read(stream):
                    break
        stream.close()

    def _read(self, stream: IO[bytes]) -> bool:
        chunk = os.read(stream.fileno(), _CHUNK)
        self._output += chunk
        return bool(chunk)

    def _drain_stderr_bounded(self, *_waits: float, **_named_waits: float) -> str:
        """What the function has written. It wrote before it answered, so nothing needs to be waited for."""
        with self._output_lock:
            stream = self._stream
            if stream is not None and not stream.closed:
                poll = select.poll()
                poll.register(stream, select.POLLIN)
                while poll.poll(0) and self._read(stream):
                    pass
            output, self._output = self._output, b""
        return output.decode(errors="replace").rstrip("\n")

    _drain_stderr = _drain_stderr_bounded


class InitError(RuntimeError):
    """The function's module could not be loaded; `report` is the runtime's own account of it."""

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(report.get("errorMessage"))
        self.report = report


def environment(config: dict[str, Any], code_directory: str, port: int) -> dict[str, str]:
    """A function's environment as AWS makes it; of the emulator's own only what `_PASSED_ON` names."""
    layers = [layer / "python" for layer in artifacts.layer_directories(config)]
    runtime = artifacts.runtime_directory()
    logging = config.get("LoggingConfig") or {}
    name = config.get("FunctionName", "unknown")
    own: dict[str, str] = (
        {variable: os.environ[variable] for variable in _PASSED_ON if variable in os.environ}
        | {"LANG": "en_US.UTF-8", "TZ": ":UTC", "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR"}
        | {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}
        | lambda_svc._runtime_env_vars(config)
        # AWS refuses these names as a function's own, so what follows wins.
        | lambda_runtime.execution_credentials(config)
        | {
            "AWS_REGION": lambda_svc.get_region(),
            "AWS_DEFAULT_REGION": lambda_svc.get_region(),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'python3.13')}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat", "Text"),
            "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup", f"/aws/lambda/{name}"),
            "AWS_LAMBDA_LOG_STREAM_NAME": lambda_svc.new_uuid(),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "LAMBDA_RUNTIME_DIR": str(runtime),
            "LAMBDA_TASK_ROOT": code_directory,
            "PYTHONPATH": os.pathsep.join(map(str, [Path(code_directory), *layers, runtime])),
            "_HANDLER": config.get("Handler", ""),
        }
    )
    return own
