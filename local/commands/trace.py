"""Print the traces of an order, correlation id or trace id as a tree."""

import argparse

from local.console import LocalError, say
from local.frontdoor_client import ask
from local.settings import Settings
from local.xray import tree


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="an order id, a correlation id or a trace id")


def run(options: argparse.Namespace, configured: Settings) -> None:
    traces = ask(configured, "/_local/traces", correlationId=options.id)["traces"]
    if not traces:
        raise LocalError(f"no trace is known for {options.id}")
    first = traces[0]["start"]
    for trace in traces:
        say(f"+{(trace['start'] - first) * 1000:.0f} ms  {trace['traceId']}")
        for line in tree.lines(trace["segments"], depth=1):
            say(line)
