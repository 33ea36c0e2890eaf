"""If-Match, and writes that meet somebody's transaction."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from yafdp.kernel import contention
from yafdp.kernel.contention import patiently
from yafdp.kernel.errors import PreconditionFailed, PreconditionRequired, Unavailable
from yafdp.kernel.journal import MAX_ATTEMPTS
from yafdp.kernel.revisions import etag, require_match


@pytest.mark.parametrize("header", ['"a"', '"b", "a"', ' "a" ', 'W/"a", "a"'])
def test_an_editor_who_names_the_present_revision_passes(header: str) -> None:
    require_match(header, "a")


@pytest.mark.parametrize("header", ['"b"', "a", 'W/"a"', '"aa"', '""', '"'])
def test_an_editor_who_names_another_one_fails(header: str) -> None:
    with pytest.raises(PreconditionFailed):
        require_match(header, "a")


@pytest.mark.parametrize("header", [None, "", " ", "*"])
def test_an_editor_who_names_none_is_asked_for_it(header: str | None) -> None:
    with pytest.raises(PreconditionRequired):
        require_match(header, "a")


def test_a_tag_is_quoted() -> None:
    assert etag("a") == '"a"'


def failure(code: str, reasons: list[str] | None = None) -> ClientError:
    response: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons or ()]}
    return ClientError(response, "Write")


class Write:
    """A write that fails so often with this error."""

    def __init__(self, error: ClientError, times: int) -> None:
        self.error, self.times, self.calls = error, times, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "written"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contention, "FIRST_WAIT", 0)


CONFLICTS = [
    failure("TransactionConflictException"),
    failure("TransactionCanceledException", ["None", "TransactionConflict"]),
]


@pytest.mark.parametrize("error", CONFLICTS, ids=["single", "transaction"])
def test_a_write_that_meets_a_transaction_is_tried_again(error: ClientError) -> None:
    assert patiently(Write(error, times=3)) == "written"


@pytest.mark.parametrize("error", CONFLICTS, ids=["single", "transaction"])
def test_a_write_that_always_meets_one_is_given_up(error: ClientError) -> None:
    write = Write(error, times=1000)
    with pytest.raises(Unavailable):
        patiently(write)
    assert write.calls == MAX_ATTEMPTS


@pytest.mark.parametrize(
    "error",
    [
        failure("ConditionalCheckFailedException"),
        failure("TransactionCanceledException", ["ConditionalCheckFailed"]),
        failure("ValidationException"),
    ],
    ids=["condition", "condition in a transaction", "mistake"],
)
def test_a_write_that_is_refused_is_not_tried_again(error: ClientError) -> None:
    write = Write(error, times=1)
    with pytest.raises(ClientError):
        patiently(write)
    assert write.calls == 1
