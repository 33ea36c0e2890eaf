"""The commands' door: which stack is meant, what errors say, and what a program learns."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from local import emulation
from operations import __main__ as commands
from operations.console import OperationError, counted, duration, table
from operations.target import Target, chosen


def test_a_named_stack_is_in_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen("yafdp-dev", "eu-west-1") == Target("yafdp-dev", "eu-west-1", None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert chosen("yafdp-dev", None) == Target("yafdp-dev", "us-east-1", None)


def test_a_named_stack_needs_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(OperationError, match="REGION="):
        chosen("yafdp-dev", None)


def test_without_a_name_it_is_the_platform_that_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAFDP_EMULATOR_PORT", "4999")
    monkeypatch.setattr(emulation, "answers", lambda _: True)
    assert chosen(None, None) == Target("yafdp-local", "eu-central-1", "http://127.0.0.1:4999")


def test_where_nothing_runs_the_error_says_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulation, "answers", lambda _: False)
    with pytest.raises(OperationError, match=r"`make up`.*STACK=yafdp-dev REGION="):
        chosen(None, None)


def test_only_the_emulator_gets_the_emulator_s_key() -> None:
    here, there = Target("s", "eu-central-1", "http://127.0.0.1:1"), Target("s", "eu-central-1")
    keys = [target.client("sqs")._request_signer._credentials.access_key for target in (here, there)]
    assert keys == ["test", "testing"]
    assert there.client("sqs").meta.endpoint_url == "https://sqs.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("outcome", "code", "told"),
    [
        (True, 0, ""),
        (False, 1, ""),
        (OperationError("do this"), 2, "yafdp: do this\n"),
        (NoCredentialsError(), 2, "which credentials and region are in use"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "X"), 2, "AWS refused"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_the_exit_code_says_how_it_went(
    outcome: Any, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_: Any) -> bool:
        if isinstance(outcome, BaseException):
            raise outcome
        return bool(outcome)

    monkeypatch.setattr(commands, "chosen", lambda *_: Target("s", "eu-central-1"))
    monkeypatch.setattr(commands.COMMANDS["redrive"], "run", run)
    assert commands.main(["redrive"]) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=5, seconds=9), "5 min"),
        (timedelta(hours=3, minutes=4), "3 h 4 min"),
        (timedelta(days=2, hours=5), "2 d 5 h"),
    ],
)
def test_an_age_is_told_in_its_largest_units(span: timedelta, text: str) -> None:
    assert duration(span) == text


def test_a_table_s_columns_are_as_wide_as_what_is_in_them() -> None:
    assert table(("a", "long head"), [("wide cell", 1), ("x", 22)]) == [
        "a          long head",
        "wide cell  1",
        "x          22",
    ]
    assert (counted(1, "message"), counted(0, "message")) == ("1 message", "0 messages")
