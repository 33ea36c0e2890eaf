"""Ports for servers that a test starts."""

import random
import socket
from collections.abc import Iterator

# Below what Linux, macOS and Windows hand out to outgoing connections: such a port is not taken
# by some client's socket between the moment it was found free and the moment its server binds it.
_NOT_EPHEMERAL = range(20_000, 32_000)


def free_ports(number: int) -> list[int]:
    """Different ports of 127.0.0.1 that nobody uses now, for TCP or UDP."""
    candidates = _free(random.sample(_NOT_EPHEMERAL, k=len(_NOT_EPHEMERAL)))
    return [next(candidates) for _ in range(number)]


def _free(candidates: list[int]) -> Iterator[int]:
    for port in candidates:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        ):
            try:
                stream.bind(("127.0.0.1", port))
                datagrams.bind(("127.0.0.1", port))
            except OSError:
                continue
        yield port
