"""The environment script: quiet when all is there, clear when nothing is."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.settings import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the script and the requirements, and a PATH that holds git and the basic tools alone."""
    shutil.copytree(ROOT / "local/requirements", tmp_path / "local/requirements")
    shutil.copy(ROOT / "local/environment.sh", tmp_path / "local")
    shutil.copy(ROOT / ".python-version", tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "git", "cat", "dirname", "rm", "env"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def run(project: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "bin/sh", project / "local/environment.sh", *names],
        env={"PATH": str(project / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def stamp(project: Path, name: str, directory: str) -> None:
    """Marks an environment as made, with the hash that the script itself computes."""
    files = [project / f"local/requirements/{name}.txt", project / ".python-version", project / "local/environment.sh"]
    content = b"".join(path.read_bytes() for path in files)
    digest = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True).stdout
    (project / directory).mkdir(exist_ok=True)
    (project / directory / f".stamp-{name}").write_bytes(digest)


def program(project: Path, name: str, body: str) -> None:
    path = project / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_without_uv_and_python_one_line_says_what_to_install(project: Path) -> None:
    result = run(project, "run")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("yafdp: neither uv nor Python 3.13 was found: install one of them")


def test_a_uv_on_the_path_that_does_not_work_does_not_count(project: Path) -> None:
    program(project, "uv", "exit 127")
    assert "neither uv nor Python 3.13 was found" in run(project, "run").stderr


def test_a_python_without_venv_is_told_apart_from_no_python(project: Path) -> None:
    program(project, "python3.13", '[ "$1" = --version ]')
    result = run(project, "run")
    assert result.returncode == 1
    assert "cannot make virtual environments" in result.stderr


def test_an_environment_that_is_there_is_left_alone_without_a_word(project: Path) -> None:
    stamp(project, "run", ".venv")
    stamp(project, "emulator", ".venv-emulator")
    result = run(project, "run", "emulator")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_environment_for_tests_serves_the_run_too(project: Path) -> None:
    stamp(project, "test", ".venv")
    assert run(project, "run").returncode == 0


def test_the_environment_for_the_run_does_not_serve_the_tests(project: Path) -> None:
    stamp(project, "run", ".venv")
    assert run(project, "test").returncode == 1


def test_changed_requirements_ask_for_a_new_environment(project: Path) -> None:
    stamp(project, "run", ".venv")
    with (project / "local/requirements/run.txt").open("a") as requirements:
        requirements.write("another==1.0\n")
    assert run(project, "run").returncode == 1


def test_packages_are_installed_with_their_hashes_checked_and_only_then_stamped(project: Path) -> None:
    program(project, "uv", f'echo "$@" >>"{project}/calls"; [ "$1" != pip ]')
    result = run(project, "run")
    assert result.returncode == 1
    assert "could not be installed: see .venv.log" in result.stderr
    calls = (project / "calls").read_text().splitlines()
    assert any(call.startswith("pip sync") and "--require-hashes" in call for call in calls)
    assert not (project / ".venv/.stamp-run").exists()
