"""Print the functions' logs and the emulator's, the newest last."""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError

from local import emulation
from local.console import LocalError, say
from local.processes import tail
from local.settings import Settings
from local.stack import client

EMULATOR_LINES = 20
INTERVAL = 0.5  # seconds between looks when following


@dataclass(frozen=True, order=True)
class Line:
    """One log event; `at` is in milliseconds since the epoch."""

    at: int
    group: str
    text: str
    id: str


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="?", default="", help="only lines with this in them: a service, a function, an order id"
    )
    parser.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")


def run(options: argparse.Namespace, configured: Settings) -> None:
    if not options.words:
        say(f"-- the emulator's last lines ({emulation.log_of(configured)})")
        say(tail(emulation.log_of(configured), EMULATOR_LINES))
        say("-- the functions")
    logs = client(configured, "logs")
    try:
        shown = _show(read(logs, options.words, since=0), set())
        while options.follow:
            time.sleep(INTERVAL)
            # A little of the past is read again, since functions' lines arrive after they were written.
            shown = _show(read(logs, options.words, since=int((time.time() - 60) * 1000)), shown)
    except BotoCoreError as error:
        raise LocalError(f"nothing answers at {configured.endpoint}; `make up` starts it") from error


def read(logs: Any, wanted: str, *, since: int) -> list[Line]:
    """The lines with `wanted` in them or in their group's name, from `since` (milliseconds) on, in order of time."""
    lines = (line for group in _groups(logs) for line in _lines(logs, group, since))
    return sorted(line for line in lines if wanted in line.group or wanted in line.text)


def _groups(logs: Any) -> Iterator[str]:
    for page in logs.get_paginator("describe_log_groups").paginate():
        yield from (group["logGroupName"] for group in page["logGroups"])


def _lines(logs: Any, group: str, since: int) -> Iterator[Line]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    for page in pages:
        for event in page["events"]:
            identity = event.get("eventId") or f"{event['logStreamName']}/{event['timestamp']}/{event['message']}"
            yield Line(event["timestamp"], group, event["message"].rstrip("\n"), identity)


def _show(lines: list[Line], shown: set[str]) -> set[str]:
    """Prints those that were not shown before, and returns all ids so far."""
    for line in lines:
        if line.id not in shown:
            at = datetime.fromtimestamp(line.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
            say(f"{at}  {line.group}  {line.text}")
    return shown | {line.id for line in lines}
