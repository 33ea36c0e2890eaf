"""Whether the local run's ports are free, and who holds one that is not."""

import socket
from pathlib import Path

from local.console import LocalError
from local.settings import HOST, Settings

_PROC_ADDRESS = "0100007F"  # 127.0.0.1 as /proc/net/* writes it
_PROC_ANY = "00000000"


def check(settings: Settings) -> None:
    """Raises LocalError for the first port that is taken: its number, its holder, and the setting that changes it."""
    for name, kind, port in (
        ("YAFDP_PORT", socket.SOCK_STREAM, settings.port),
        ("YAFDP_EMULATOR_PORT", socket.SOCK_STREAM, settings.emulator_port),
        ("YAFDP_XRAY_PORT", socket.SOCK_DGRAM, settings.xray_port),
        ("YAFDP_LEGACY_PORT", socket.SOCK_STREAM, settings.legacy_port),
        *([("YAFDP_STRIPE_PORT", socket.SOCK_STREAM, settings.stripe_port)] if settings.has_stripe else []),
    ):
        if not _is_free(port, kind):
            held = f" by {who}" if (who := holder(port, kind)) else ""
            raise LocalError(f"port {port} is taken{held}; set {name} to another one")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # A port in TIME_WAIT after `make down` is free for a listener, as it is for ours.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def holder(port: int, kind: socket.SocketKind, proc: Path = Path("/proc")) -> str | None:
    """The program and process id that hold a port, where /proc tells (Linux, our own processes)."""
    inode = _inode(port, proc / "net" / ("udp" if kind is socket.SOCK_DGRAM else "tcp"))
    if inode is None:
        return None
    for process in proc.glob("[0-9]*"):
        if _has_socket(process, inode):
            name = (process / "comm").read_text().strip()
            return f"{name} (process {process.name})"
    return None


def _inode(port: int, table: Path) -> str | None:
    if not table.exists():
        return None
    for line in table.read_text().splitlines()[1:]:
        columns = line.split()
        address, _, number = columns[1].partition(":")
        # 0A is LISTEN; an unconnected UDP socket shows 07.
        if int(number, 16) == port and address in {_PROC_ADDRESS, _PROC_ANY} and columns[3] in {"0A", "07"}:
            return columns[9]
    return None


def _has_socket(process: Path, inode: str) -> bool:
    try:
        return any(str(entry.readlink()) == f"socket:[{inode}]" for entry in (process / "fd").iterdir())
    except OSError:  # someone else's process, or one that has just ended
        return False
