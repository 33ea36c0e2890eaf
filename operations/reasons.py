"""Why a message failed: the last that the consumer's log says about it."""

import json
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from operations.dead_letters import Consumer
from operations.letters import Letter

UNKNOWN = "the log says nothing about it (any more)"
_CLOCK_SKEW = timedelta(minutes=1)  # between whoever sent the message and whoever wrote the log
_TRIED = timedelta(minutes=15)  # after it was sent a message has long been given up
_LONGEST = 200  # characters of a reason


class Log:
    """A consumer's log, asked about single messages."""

    def __init__(self, logs: Any, consumer: Consumer | None) -> None:
        self._logs, self._consumer = logs, consumer

    def reason(self, letter: Letter) -> str:
        """Why the message is dead: from EventBridge's own words, or from the last error line about it.

        A process that ends cannot say what it was at. So where no line names the message, the last error that the
        function had while the message was tried is given, as what it is.
        """
        start = (letter.pointer.arrived[0] if letter.pointer else letter.sent) - _CLOCK_SKEW
        for term in self._terms(letter):
            if errors := self._errors(term, start):
                return errors[-1]
        # Its rule's words stay with a message, also when it has been taken back since and failed in its queue.
        if letter.undelivered:
            return f"not delivered by its rule: {letter.undelivered}"
        around = self._errors("ERROR", start, letter.sent + _CLOCK_SKEW if letter.pointer else start + _TRIED)
        known = f"{letter.pointer.condition}; " if letter.pointer else ""
        return known + (f"no line names it, the function's last error then: {around[-1]}" if around else UNKNOWN)

    @staticmethod
    def _terms(letter: Letter) -> list[str]:
        """By what the log knows the message, the surest first."""
        if letter.pointer:
            return [letter.pointer.first]
        # What was never received has left no line; a line of its story is then about another message.
        known = letter.correlation != "-" and not letter.undelivered
        return [letter.id, letter.correlation] if known else [letter.id]

    def _errors(self, term: str, start: datetime, end: datetime | None = None) -> list[str]:
        """What the consumer's error lines with the term in them say, oldest first; nothing where there is no log."""
        if self._consumer is None:
            return []
        wanted = {
            "logGroupName": self._consumer.log_group,
            "startTime": _milliseconds(start),
            "filterPattern": f'"{term}"',
        } | ({} if end is None else {"endTime": _milliseconds(end)})
        try:
            pages = self._logs.get_paginator("filter_log_events").paginate(**wanted)
            events = [event for page in pages for event in page["events"]]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return []
        events.sort(key=lambda event: event["timestamp"])
        said_so = (said(event["message"], self._consumer.name) for event in events)
        return [line[:_LONGEST] for line in said_so if line]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def said(line: str, function: str) -> str | None:
    """The error that a log line tells of, in one line; None if it tells of none, or of another function's.

    Lambda's own lines do not name their function, and services share a log: such a line may be a neighbour's.
    """
    try:
        entry = json.loads(line)
    except ValueError:
        return line.strip() if line.startswith("[ERROR]") or "Task timed out" in line else None
    if not isinstance(entry, dict) or entry.get("level") != "ERROR" or entry.get("function_name", function) != function:
        return None
    if "errorType" in entry:  # the runtime's own line about an error that left the function
        return f"{entry['errorType']}: {entry.get('errorMessage', '')}"
    traceback = str(entry.get("exception") or "").strip()
    return traceback.splitlines()[-1] if traceback else str(entry.get("message"))
