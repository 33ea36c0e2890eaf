"""Every test is in one process's share, and the files that are named there exist."""

import pytest

from local.settings import ROOT
from tests import sharing


@pytest.mark.parametrize("name", sorted(sharing.ELSEWHERE))
def test_a_file_that_is_named_exists(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("name", sorted(sharing.ON_THE_PLATFORM | sharing.LAST))
def test_a_folder_that_is_named_exists(name: str) -> None:
    assert (ROOT / "tests" / name).is_dir()


@pytest.mark.parametrize(
    ("test", "share"),
    [
        ("tests/e2e/test_access.py::test_it[a/b::c]", "platform"),
        ("tests/load/test_race.py::test_it", "platform"),
        ("tests/e2e/test_stripe.py::test_it", "tests/e2e/test_stripe.py"),
        ("tests/unit/kernel/test_http.py::test_it[a/b::c]", "tests/unit/kernel/test_http.py"),
    ],
)
def test_what_meets_on_a_platform_stays_together(test: str, share: str) -> None:
    assert sharing.share(test) == share
