"""A change that needs a deployment is told; a change in Python code is not."""

from pathlib import Path

import pytest

from local.settings import Settings
from local.watch import Watcher


def test_changed_added_and_removed_files_are_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "statemachines").mkdir()
    for name in ("template.yaml", "statemachines/old.asl.yaml"):
        (tmp_path / name).write_text("one")
    watcher = Watcher(Settings(root=tmp_path))
    (tmp_path / "template.yaml").write_text("two")
    (tmp_path / "statemachines/new.asl.yaml").write_text("one")
    (tmp_path / "statemachines/old.asl.yaml").unlink()
    changed = [Path("statemachines/new.asl.yaml"), Path("statemachines/old.asl.yaml"), Path("template.yaml")]
    assert watcher.look() == changed
    assert watcher.look() == []
    assert "template.yaml changed: `make deploy` applies it" in capsys.readouterr().out


def test_python_code_needs_no_deployment(tmp_path: Path) -> None:
    (tmp_path / "functions/orders").mkdir(parents=True)
    watcher = Watcher(Settings(root=tmp_path))
    (tmp_path / "functions/orders/app.py").write_text("")
    assert watcher.look() == []
