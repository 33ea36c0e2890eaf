"""Ports and paths come from the environment, and a wrong one is named."""

from pathlib import Path

import pytest

from local.settings import SettingError, load


def test_without_anything_set_the_documented_ports_hold() -> None:
    settings = load({})
    assert (settings.port, settings.emulator_port, settings.xray_port) == (3000, 4566, 2000)
    assert settings.legacy_port == 4567
    assert settings.state == settings.root / ".local"


def test_every_port_and_the_state_directory_can_be_set(tmp_path: Path) -> None:
    environ = {"YAFDP_PORT": "1", "YAFDP_EMULATOR_PORT": "2", "YAFDP_XRAY_PORT": "3", "YAFDP_STATE": str(tmp_path)}
    settings = load(environ)
    assert (settings.front_door, settings.endpoint, settings.xray_address) == (
        "http://localhost:1", "http://127.0.0.1:2", "127.0.0.1:3",
    )  # fmt: skip
    assert settings.legacy == "http://127.0.0.1:3"
    assert load(environ | {"YAFDP_LEGACY_PORT": "4"}).legacy_port == 4
    assert settings.pid_file.parent == settings.sources.parent == tmp_path


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1", "3000.5", "٣"])
def test_a_port_that_is_none_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingError, match="YAFDP_PORT"):
        load({"YAFDP_PORT": value})
