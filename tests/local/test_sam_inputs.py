"""What `sam` is given: credentials that are worth nothing, and builds only when something changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local import sam
from local.settings import Settings


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    for name in (
        "functions/orders/app.py",
        "layers/platform/yafdp/a.py",
        "local/requirements/run.txt",
        "template.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    return Settings(root=tmp_path, state=tmp_path / ".local")


def test_nothing_of_the_users_aws_account_reaches_the_tools(project: Settings) -> None:
    account = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "real", "AWS_ENDPOINT_URL_S3": "https://s3", "HOME": "/h"}
    given = sam.environment(project, account)
    assert {name: given[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")} == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & given.keys()
    assert given["AWS_SHARED_CREDENTIALS_FILE"] == given["AWS_CONFIG_FILE"] == "/dev/null"
    assert given["HOME"] == "/h"


def test_the_tools_may_write_bytecode_whatever_the_shell_says(project: Settings) -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in sam.environment(project, {"PYTHONDONTWRITEBYTECODE": "1"})


def edit(root: Path) -> None:
    (root / "functions/orders/app.py").write_text("two")


def add(root: Path) -> None:
    (root / "functions/orders/extra.py").write_text("")


def remove(root: Path) -> None:
    (root / "layers/platform/yafdp/a.py").unlink()


def rename(root: Path) -> None:
    (root / "functions/orders/app.py").rename(root / "functions/orders/main.py")


@pytest.mark.parametrize("change", [edit, add, remove, rename])
def test_a_changed_added_removed_or_renamed_input_asks_for_a_build(
    project: Settings, change: Callable[[Path], None]
) -> None:
    before = sam.fingerprint(project)
    change(project.root)
    assert sam.fingerprint(project) != before


def test_bytecode_and_touched_files_ask_for_no_build(project: Settings) -> None:
    before = sam.fingerprint(project)
    cache = project.root / "functions/orders/__pycache__"
    cache.mkdir()
    (cache / "app.cpython-313.pyc").write_bytes(b"")
    (project.root / "template.yaml").touch()
    assert sam.fingerprint(project) == before


def test_a_build_with_the_same_inputs_is_skipped_and_says_so(
    project: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    # There is no sam in this project: a build that is not skipped would fail.
    project.build.mkdir(parents=True)
    (project.build / "inputs.sha256").write_text(sam.fingerprint(project))
    sam.build(project)
    assert "skipped" in capsys.readouterr().out


def test_a_platform_on_other_ports_tells_the_template_its_addresses() -> None:
    given = sam.parameters(Settings(port=81, emulator_port=82, legacy_port=83))
    assert "AllowedOrigins=http://localhost:81,http://127.0.0.1:81" in given
    assert "WebSocketUrl=ws://localhost:81/ws" in given
    assert "WebSocketManagementUrl=http://127.0.0.1:82/_aws/execute-api" in given
    assert "LegacyBaseUrl=http://127.0.0.1:83" in given
