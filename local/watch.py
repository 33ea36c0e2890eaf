"""Notices when a file changes that only a deployment can apply."""

from pathlib import Path

from local.console import say
from local.settings import Settings

# Python code is taken up by the emulator itself, without a deployment.
DEPLOYED = ("template.yaml", "samconfig.toml", "api", "statemachines")

Snapshot = dict[Path, int]


class Watcher:
    """Compares modification times with those at the last look."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root
        self._seen = self._snapshot()

    def look(self) -> list[Path]:
        """Says which files changed, appeared or went since the last look, and returns them relative to the root."""
        now = self._snapshot()
        different = [path for path in sorted(now.keys() | self._seen.keys()) if now.get(path) != self._seen.get(path)]
        self._seen = now
        changed = [path.relative_to(self._root) for path in different]
        for path in changed:
            say(f"  {path} changed: `make deploy` applies it")
        return changed

    def _snapshot(self) -> Snapshot:
        found: Snapshot = {}
        for name in DEPLOYED:
            start = self._root / name
            for path in [start, *start.rglob("*")] if start.is_dir() else [start]:
                if path.is_file():
                    found[path] = path.stat().st_mtime_ns
        return found
