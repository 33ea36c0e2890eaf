"""Lets containers reach the emulator, which listens on loopback only: a TCP forwarder on the containers' bridge, for as
long as `sam local` runs.
"""

import errno
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local.sam_local import engine
from local.settings import HOST

_CHUNK = 65536  # bytes


@contextmanager
def reachable(port: int) -> Iterator[str]:
    """Opens a port of this machine's loopback address to containers and gives its URL as they see it."""
    try:
        server = _Forwarder(engine.bridge_address(), port)
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        # The bridge is not on this machine: the engine runs in a virtual machine that forwards to our loopback itself.
        yield f"http://{engine.OUTER_HOST}:{port}"
        return
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address, opened = server.server_address[:2]
        try:
            yield f"http://{address!s}:{opened}"
        finally:
            server.shutdown()


class _Forwarder(socketserver.ThreadingTCPServer):
    """Accepts on any free port of `address` and connects each to loopback's `target`."""

    daemon_threads = True
    block_on_close = False  # containers keep connections open; the end of ours must not wait for them

    def __init__(self, address: str, target: int) -> None:
        self.target = target
        super().__init__((address, 0), _Connection)


class _Connection(socketserver.BaseRequestHandler):
    """One connection, copied both ways until both sides have closed."""

    server: _Forwarder
    request: socket.socket

    def handle(self) -> None:
        with socket.create_connection((HOST, self.server.target)) as inner:
            answers = threading.Thread(target=_copy, args=(inner, self.request), daemon=True)
            answers.start()
            _copy(self.request, inner)
            answers.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # a side that is gone ends the copy
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
