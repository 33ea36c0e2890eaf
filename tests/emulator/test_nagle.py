"""A server that functions talk to sends each packet at once."""

import socket
import socketserver
import subprocess
import sys
import threading

from local.emulator import nagle

# The setting belongs to a whole process, so the untouched library is looked at in another one.
TELL_THE_SETTING = "import socketserver; print(socketserver.StreamRequestHandler.disable_nagle_algorithm)"


class TellsItsDelay(socketserver.StreamRequestHandler):
    """Answers with the connection's TCP_NODELAY."""

    def handle(self) -> None:
        self.wfile.write(bytes([bool(self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))]))


def test_connections_of_standard_library_servers_do_not_wait_for_acknowledgements() -> None:
    nagle.install()
    with socketserver.TCPServer(("127.0.0.1", 0), TellsItsDelay) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=5) as connection:
            assert connection.recv(1) == b"\x01"


def test_upstream_still_delays_packets() -> None:
    """If this fails, the standard library has changed its mind: then delete local/emulator/nagle.py."""
    told = subprocess.run([sys.executable, "-c", TELL_THE_SETTING], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
