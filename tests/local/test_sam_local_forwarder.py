"""Containers reach the emulator, which listens on loopback only."""

import errno
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from local.sam_local import engine, forwarder
from local.settings import ROOT

HOST = "127.0.0.1"
BRIDGE = "127.0.0.2"  # loopback as well, but another address than the server's


@pytest.fixture
def shouting_server() -> Iterator[int]:
    """The port of a server that reads a message to its end and answers in capitals."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                received = b"".join(iter(lambda: connection.recv(1000), b""))
                connection.sendall(received.upper())

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_what_comes_at_the_bridge_reaches_loopback_and_the_answer_comes_back(
    shouting_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "bridge_address", lambda: BRIDGE)
    with forwarder.reachable(shouting_server) as url:
        address, _, port = url.removeprefix("http://").partition(":")
        assert address == BRIDGE
        with socket.create_connection((address, int(port)), timeout=10) as client:
            client.sendall(b"x" * 300_000)
            client.shutdown(socket.SHUT_WR)
            assert b"".join(iter(lambda: client.recv(65536), b"")) == b"X" * 300_000


def test_nothing_listens_at_the_bridge_once_sam_local_is_over(
    shouting_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "bridge_address", lambda: BRIDGE)
    with forwarder.reachable(shouting_server) as url:
        port = int(url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex((BRIDGE, port)) == errno.ECONNREFUSED


def test_an_engine_in_a_virtual_machine_reaches_loopback_by_its_own_name_for_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "bridge_address", lambda: "192.0.2.1")  # RFC 5737: no machine has it
    with forwarder.reachable(4566) as url:
        assert url == "http://host.docker.internal:4566"


def test_without_an_engine_one_line_says_what_to_do() -> None:
    environment = os.environ | {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    checked = subprocess.run(
        [sys.executable, "-m", "local.sam_local", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 1
    assert checked.stderr.splitlines() == [f"yafdp: {engine.MISSING}"]
