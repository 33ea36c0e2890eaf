"""A saved file takes effect on the next invocation, without a redeploy.

MiniStack 1.5.33 and AWS both run what was deployed. YAFDP_LIVE_SOURCES names a JSON file, written after each deploy:
`{"functions": {"<deployed name>": "<source directory>"}, "layer": "<directory of layers/platform>"}`.
Before an invocation the sources are compared, by size and time, with the extracted copy that the function's processes
load; what differs in content is copied and compiled, and the function's processes that loaded the old code are
retired. There is no watcher: the invocation that follows a save cannot be faster than the comparison.
"""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.concurrency import spawn_background
from ministack.services import lambda_svc

from local.emulator import artifacts, function_process
from local.emulator.live_copy import LiveCopy

Worker = function_process.PythonWorker
State = function_process.State
_PACKAGE = "yafdp"  # the part of the layer that is ours; the rest are dependencies


class Sources:
    """The JSON file of YAFDP_LIVE_SOURCES, read again when it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._functions: dict[str, str] = {}
        self._layer: str | None = None

    def _refresh(self) -> None:
        try:
            state = self._file.stat()
        except FileNotFoundError:
            self._stamp, self._functions, self._layer = None, {}, None
            return
        if (stamp := (state.st_mtime_ns, state.st_ino)) != self._stamp:
            content = json.loads(self._file.read_text())
            self._functions, self._layer = content.get("functions", {}), content.get("layer")
            self._stamp = stamp

    def of(self, function: str, code: Path, layers: list[Path]) -> Iterator[tuple[Path, Path]]:
        """Pairs of a source directory and the extracted directory that must equal it."""
        self._refresh()
        if source := self._functions.get(function):
            yield Path(source), code
        for layer in layers:
            if self._layer and (layer / "python" / _PACKAGE).is_dir():
                yield Path(self._layer) / _PACKAGE, layer / "python" / _PACKAGE


class LiveCode:
    """Keeps extracted code equal to its sources, and retires processes that loaded an older state of it."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._copies: dict[tuple[Path, Path], LiveCopy] = {}
        self._states: dict[str, State] = {}
        self._retired: set[Worker] = set()
        self._lock = threading.Lock()

    def freshen(self, func: dict[str, Any], config: dict[str, Any]) -> None:
        """Bring the function's code and layer up to date."""
        code = artifacts.code_directory(func["code_zip"])
        layers = artifacts.layer_directories(config)
        key = lambda_runtime._worker_key(config["FunctionName"], config, config.get("Version", "$LATEST"))
        with self._lock:
            pairs = self._sources.of(config["FunctionName"], code, layers)
            copies = [self._copies.setdefault(pair, LiveCopy(*pair)) for pair in pairs]
            # A copy that equals what was deployed has version 0: the file's appearance alone retires nobody.
            state = frozenset((copy.target, version) for copy in copies if (version := copy.refresh()))
            if state != self._states.get(key, frozenset()):
                self._states[key] = state
                self._retire(key, state)

    def _retire(self, key: str, state: State) -> None:
        """Take outdated processes from the pool: idle ones end now, busy ones after the invocation they are in."""
        with lambda_runtime._lock:
            pool: list[Worker] = lambda_runtime._workers.get(key, [])
            outdated = [worker for worker in pool if worker.loaded != state]
            pool[:] = [worker for worker in pool if worker.loaded == state]
            idle = [worker for worker in outdated if not worker.in_use]
            self._retired.update(worker for worker in outdated if worker.in_use)
        if idle:
            spawn_background(lambda_runtime.kill_workers, idle, thread_name="yafdp-retire")

    def acquired(self, worker: Worker) -> None:
        """Note which state a new worker will load; if a save comes in between, it only restarts once too often."""
        key = lambda_runtime._worker_key(worker.func_name, worker.config, worker.config.get("Version", "$LATEST"))
        worker.loaded = self._states.get(key, frozenset())

    def released(self, worker: Worker) -> None:
        """End a worker that became outdated while it was busy."""
        with lambda_runtime._lock:
            outdated = worker in self._retired
            self._retired.discard(worker)
        if outdated:
            spawn_background(lambda_runtime.kill_workers, [worker], thread_name="yafdp-retire")


def install() -> None:
    """Freshen before each invocation of a Python function, if YAFDP_LIVE_SOURCES is set."""
    if not (file := os.environ.get("YAFDP_LIVE_SOURCES")):
        return
    live = LiveCode(Sources(Path(file)))
    execute, acquire, release = (
        lambda_svc._execute_function_provided_warm, lambda_svc.acquire_worker, lambda_svc.release_worker,
    )  # fmt: skip

    def freshened(func: dict[str, Any], event: Any, request_id: str) -> Any:
        config = func.get("config") or func
        if str(config.get("Runtime", "")).startswith("python") and func.get("code_zip"):
            live.freshen(func, config)
        return execute(func, event, request_id)

    def acquired(*arguments: Any, **named: Any) -> Any:
        worker, reason = acquire(*arguments, **named)
        if reason == "spawn" and isinstance(worker, Worker):
            live.acquired(worker)
        return worker, reason

    def released(worker: Any) -> None:
        release(worker)
        if isinstance(worker, Worker):
            live.released(worker)

    lambda_svc._execute_function_provided_warm = freshened
    lambda_svc.acquire_worker = acquired
    lambda_svc.release_worker = released
