"""Where function code and layers lie on disk, extracted once per content."""

import compileall
import io
import shlex
import shutil
import sys
import tempfile
import threading
import zipfile
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from ministack.services import lambda_svc

# What AWS puts into /var/runtime beside its client. Nothing else of the emulator's environment may be importable:
# a dependency that the layer forgot would work here and fail in the cloud.
RUNTIME_PACKAGES = (
    "awslambdaric", "runtime_client", "snapshot_restore_py", "simplejson",
    "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3",
)  # fmt: skip
# Found through the environment of the process, so that a blank in a path does no harm. `-S`: see RUNTIME_PACKAGES.
BOOTSTRAP = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S -m awslambdaric "$_HANDLER"\n'

_root = Path(tempfile.gettempdir())
_lock = threading.Lock()


def compile_tree(directory: Path) -> None:
    """Compile what has no bytecode yet; a file with a syntax error is left for the runtime to report."""
    compileall.compile_dir(directory, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


def code_directory(code_zip: bytes) -> Path:
    """The function's /var/task, compiled, with the `bootstrap` that starts the runtime client."""
    directory = Path(lambda_svc._provided_runtime_code_dir(code_zip))
    bootstrap = directory / "bootstrap"
    # MiniStack's lock: no process may be forked while a file that will be executed is open for writing (ETXTBSY).
    with lambda_svc._provided_code_lock:
        if not bootstrap.exists():
            compile_tree(directory)
            bootstrap.write_text(BOOTSTRAP)
            bootstrap.chmod(0o755)
    return directory


@cache
def _layer_directory(content: bytes) -> Path:
    directory = _root / "yafdp-layers" / sha256(content).hexdigest()
    # A directory left by an earlier process may be half written, or edited by the live-code bridge.
    shutil.rmtree(directory, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(directory)
    return directory


def layer_directories(config: dict[str, Any]) -> list[Path]:
    """The function's layers in the order of their attachment, each as its own /opt."""
    contents = [lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
    with _lock:
        return [_layer_directory(content) for content in contents if content]


@cache
def _runtime_directory() -> Path:
    directory = _root / "yafdp-runtime"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    for name in RUNTIME_PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin:
            origin = Path(spec.origin)
            source = origin.parent if origin.stem == "__init__" else origin
            (directory / source.name).symlink_to(source)
    return directory


def runtime_directory() -> Path:
    """The runtime's own packages, AWS's /var/runtime."""
    with _lock:
        return _runtime_directory()
