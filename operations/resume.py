"""List what does not go on by itself, and let it go on."""

import argparse
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from operations import executions, orders
from operations.console import OperationError, duration, say, table
from operations.dead_letters import DeployedStack
from operations.stuck import Stuck
from operations.target import Target

# Where stuck things are looked for. Each is asked with the deployed stack.
KINDS: tuple[Callable[[DeployedStack], Iterable[Stuck]], ...] = (orders.stuck, executions.stuck)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", default="", help="an execution's name or ARN, or an order's id; without: a list"
    )


def run(options: argparse.Namespace, target: Target) -> bool:
    """Resume what is named, or list everything; whether that came out well."""
    stack = DeployedStack(target)
    found = [stuck for kind in KINDS for stuck in kind(stack)]
    if not options.name:
        show(target, found)
        return True
    named = [stuck for stuck in found if options.name in stuck.names - {"-"}]
    if not named:
        raise OperationError(f"nothing stuck is called {options.name!r}; `make resume` alone lists what there is")
    outcomes = [stuck.resume(say) for stuck in named]
    return all(outcomes)


def show(target: Target, found: list[Stuck]) -> None:
    """Show everything that is stuck, the newest first."""
    if not found:
        say(f"nothing is stuck in {target}")
        return
    now = datetime.now(UTC)
    rows = [
        (stuck.kind, stuck.order, duration(now - stuck.since), stuck.where, stuck.why, stuck.name)
        for stuck in sorted(found, key=lambda stuck: stuck.since, reverse=True)
    ]
    for line in table(("what", "order", "since", "where", "why", "name"), rows):
        say(line)
    say()
    say("let one go on: make resume EXECUTION=<name, order or ARN>")
