"""A directory of extracted code that follows its sources."""

import os
import py_compile
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

Stamp = tuple[int, int, int]
"""Modification time in nanoseconds, size in bytes, inode: a save changes at least one of them."""


def _files(directory: str) -> Iterator[os.DirEntry[str]]:
    """Every file that belongs to the source: no bytecode, no hidden or backup files."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith((".", "__pycache__")) or entry.name.endswith("~"):
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                yield entry


def _scan(directory: Path) -> dict[str, Stamp]:
    """Stamps by path relative to the directory; nothing for a directory that is not there."""
    if not directory.is_dir():
        return {}
    root = f"{directory}{os.sep}"
    stamps = {}
    for entry in _files(root):
        state = entry.stat()
        stamps[entry.path.removeprefix(root)] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return stamps


def _forget_bytecode(file: Path) -> None:
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def _compile(file: Path) -> None:
    """Bytecode that is valid whatever the file's time; none for a file that does not compile."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile(str(file), doraise=True, invalidation_mode=mode)
    except py_compile.PyCompileError:
        # Then the import compiles it, and the runtime reports the syntax error as it would on AWS.
        _forget_bytecode(file)


class LiveCopy:
    """`target` equals `source` after `refresh`; `version` counts the times that took a change."""

    def __init__(self, source: Path, target: Path) -> None:
        self.source = source
        self.target = target
        self._seen: dict[str, Stamp] = {}
        self._version = 0

    def refresh(self) -> int:
        """Copy, compile and delete what differs; returns the version: 0 as long as the target is as it was deployed."""
        found = _scan(self.source)
        if found == self._seen:
            return self._version
        touched = [name for name, stamp in found.items() if stamp != self._seen.get(name)]
        copied = [self._copy(name) for name in touched]
        # Only files that were once in the source: the build puts dependencies into the target, too.
        deleted = [self._delete(name) for name in self._seen.keys() - found.keys()]
        self._seen = found
        self._version += any(copied + deleted)
        return self._version

    def _copy(self, name: str) -> bool:
        content = (self.source / name).read_bytes()
        target = self.target / name
        if target.is_file() and target.read_bytes() == content:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if target.suffix == ".py":
            _compile(target)
        return True

    def _delete(self, name: str) -> bool:
        target = self.target / name
        _forget_bytecode(target)
        target.unlink(missing_ok=True)
        return True
