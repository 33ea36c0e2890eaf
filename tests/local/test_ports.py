"""A taken port is one clear line."""

import socket
from pathlib import Path

import pytest

from local import ports
from local.console import LocalError
from local.settings import Settings
from tests.ports import free_ports


def settings() -> Settings:
    port, emulator, xray, legacy = free_ports(4)
    return Settings(port=port, emulator_port=emulator, xray_port=xray, legacy_port=legacy)


def test_free_ports_pass() -> None:
    ports.check(settings())


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("YAFDP_PORT", "port", socket.SOCK_STREAM),
        ("YAFDP_EMULATOR_PORT", "emulator_port", socket.SOCK_STREAM),
        ("YAFDP_XRAY_PORT", "xray_port", socket.SOCK_DGRAM),
        ("YAFDP_LEGACY_PORT", "legacy_port", socket.SOCK_STREAM),
    ],
)
def test_a_taken_port_names_itself_and_the_setting(name: str, field: str, kind: socket.SocketKind) -> None:
    configured = settings()
    number = getattr(configured, field)
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", number))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        with pytest.raises(LocalError, match=rf"port {number} is taken.*set {name}"):
            ports.check(configured)


def test_the_holder_is_found_where_proc_tells(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    row = "0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1"
    (tmp_path / "net" / "tcp").write_text(f"header\n{row}\n")
    process = tmp_path / "77"
    (process / "fd").mkdir(parents=True)
    (process / "comm").write_text("webserver\n")
    (process / "fd" / "3").symlink_to("socket:[4242]")
    assert ports.holder(3000, socket.SOCK_STREAM, tmp_path) == "webserver (process 77)"
    assert ports.holder(3001, socket.SOCK_STREAM, tmp_path) is None


def test_without_proc_there_is_no_holder_to_name(tmp_path: Path) -> None:
    assert ports.holder(3000, socket.SOCK_STREAM, tmp_path) is None
