"""Why a message failed is what the log says last about it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.reasons import UNKNOWN, Log, said
from tests.unit.operations.post import CONSUMER, envelope
from tests.unit.operations.test_letters import POINTER, letter


def line(at: timedelta, text: str = "", **fields: Any) -> dict[str, Any]:
    """A log event; `at` is the time since the message was sent."""
    entry = {"level": "ERROR", "function_name": CONSUMER.name, "message": "message failed"} | fields
    sent = letter("").sent + at
    return {"timestamp": int(sent.timestamp() * 1000), "message": text or json.dumps(entry)}


class Logs:
    """A log group that filters by its lines' text."""

    def __init__(self, *events: dict[str, Any], error: str | None = None) -> None:
        self._events, self._error = events, error
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, _name: str) -> "Logs":
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        if self._error:
            raise ClientError({"Error": {"Code": self._error, "Message": ""}}, "FilterLogEvents")
        start, end = asked["startTime"], asked.get("endTime", float("inf"))
        term = asked["filterPattern"].strip('"')
        return [{"events": [e for e in self._events if start <= e["timestamp"] <= end and term in e["message"]]}]


SECOND = timedelta(seconds=1)


def reason(logs: Logs, body: str = "x", **attributes: str) -> str:
    return Log(logs, CONSUMER).reason(letter(body, **attributes))


def test_the_last_error_about_the_message_is_the_reason() -> None:
    traceback = "Traceback (most recent call last):\n  File ...\nValueError: second"
    logs = Logs(
        line(2 * SECOND, message_id="m-1", exception=traceback), line(SECOND, message_id="m-1", exception="First: 1")
    )
    assert reason(logs) == "ValueError: second"
    assert logs.asked[0]["logGroupName"] == CONSUMER.log_group


def test_an_error_of_the_same_story_is_taken_where_none_names_the_message() -> None:
    assert reason(Logs(line(SECOND, correlation_id="story-1", message="no stock")), envelope()) == "no stock"


def test_lines_that_are_no_errors_or_another_function_s_are_passed_over() -> None:
    logs = Logs(line(SECOND, message_id="m-1", level="INFO"), line(SECOND, message_id="m-1", function_name="other"))
    assert reason(logs) == UNKNOWN


def test_the_function_s_last_error_of_that_time_is_given_as_what_it_is() -> None:
    logs = Logs(line(SECOND, "[ERROR] Runtime.ExitError: exit status 1"))
    assert reason(logs) == (
        "no line names it, the function's last error then: [ERROR] Runtime.ExitError: exit status 1"
    )


def test_an_error_of_another_time_explains_nothing() -> None:
    assert reason(Logs(line(timedelta(hours=1), "[ERROR] Runtime.ExitError: exit status 1"))) == UNKNOWN


UNDELIVERED = {"RULE_ARN": "arn", "ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed"}


def test_a_message_that_was_never_delivered_has_its_rule_s_reason() -> None:
    of_the_same_story = line(SECOND, correlation_id="story-1", message="no stock")
    told = reason(Logs(of_the_same_story), envelope(), **UNDELIVERED)
    assert told == "not delivered by its rule: NO_PERMISSIONS: not allowed"


def test_one_that_has_been_taken_back_and_failed_since_has_the_log_s() -> None:
    assert reason(Logs(line(SECOND, message_id="m-1", exception="Boom: bad")), **UNDELIVERED) == "Boom: bad"


def test_a_stream_s_failure_is_looked_up_by_its_first_record() -> None:
    pointing = json.dumps(POINTER)
    logs = Logs(line(SECOND, sequence_number="10", exception="Boom: bad"))
    # The records arrived long after the moment from which the log's lines above are counted.
    assert reason(logs, pointing) == f"RetryAttemptsExhausted; {UNKNOWN}"
    assert logs.asked[0]["filterPattern"] == '"10"'


def test_a_log_that_does_not_exist_says_nothing() -> None:
    assert reason(Logs(error="ResourceNotFoundException")) == UNKNOWN
    with pytest.raises(ClientError):
        reason(Logs(error="AccessDeniedException"))


def test_a_queue_without_a_consumer_has_no_log() -> None:
    assert Log(Logs(), None).reason(letter("x")) == UNKNOWN


def test_a_long_reason_is_cut() -> None:
    assert len(reason(Logs(line(SECOND, message_id="m-1", exception="x" * 999)))) == 200


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"level": "ERROR", "errorType": "Boom", "errorMessage": "bad"}', "Boom: bad"),
        ('{"level": "ERROR", "message": "plain"}', "plain"),
        ("2026-11-21T10:00:00Z r-1 Task timed out after 3.00 seconds\n",
         "2026-11-21T10:00:00Z r-1 Task timed out after 3.00 seconds"),
        ("START RequestId: r-1", None),
        ('["ERROR"]', None),
    ],
)  # fmt: skip
def test_an_error_is_read_from_each_form_of_line(text: str, error: str | None) -> None:
    assert said(text, CONSUMER.name) == error
