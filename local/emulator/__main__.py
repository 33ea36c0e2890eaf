"""Start the emulator: `python -m local.emulator`, settings from the environment as MiniStack reads them."""

import logging
import os
import sys
from pathlib import Path


def _quiet_by_default() -> None:
    """Warnings and worse go to stderr, where the runner's log file is; LOG_LEVEL asks for more."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    logging.basicConfig(stream=sys.stderr, level=os.environ["LOG_LEVEL"].upper())


def _before_the_import() -> None:
    """MiniStack reads the environment while it is imported, and expects TMPDIR to exist."""
    os.environ.setdefault("BIND_HOST", "127.0.0.1")
    if directory := os.environ.get("TMPDIR"):
        Path(directory).mkdir(parents=True, exist_ok=True)


def main() -> None:
    """Install the bridges, then serve until SIGTERM or SIGINT."""
    _quiet_by_default()
    _before_the_import()
    from local.emulator import bridges, server

    bridges.install(os.environ.get("YAFDP_BRIDGES"))
    server.run()


if __name__ == "__main__":
    main()
