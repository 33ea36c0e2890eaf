"""One run per state directory."""

import os
from pathlib import Path

import pytest

from local import lock
from local.console import LocalError


def test_the_run_that_holds_the_lock_is_known_by_its_process_id(tmp_path: Path) -> None:
    with lock.held(tmp_path / "run.pid"):
        assert lock.running(tmp_path / "run.pid") == os.getpid()
    assert lock.running(tmp_path / "run.pid") is None


def test_a_second_run_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    with (
        lock.held(tmp_path / "run.pid"),
        pytest.raises(LocalError, match=f"already runs .process {os.getpid()}"),
        lock.held(tmp_path / "run.pid"),
    ):
        pass


def test_a_file_left_by_a_killed_run_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "run.pid").write_text("1")
    assert lock.running(tmp_path / "run.pid") is None
