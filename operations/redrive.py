"""Look into the dead-letter queues, take their messages back to where they failed, or purge them."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from operations import moves
from operations.console import OperationError, Say, confirmed, counted, duration, say, table
from operations.dead_letters import DeadLetterQueue, DeployedStack, choose
from operations.letters import Letter, looked_at
from operations.purge import file_for, purge
from operations.reasons import Log
from operations.target import Target

KEPT = Path("dead-letters")  # in the working directory: what has been purged
_SHOWN = 10  # messages of a queue


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "queue", nargs="?", default="", help="a queue's name or a part of it, or all; without: only look"
    )
    parser.add_argument("--purge", action="store_true", help="delete the messages, after writing them to a file")
    parser.add_argument("--yes", action="store_true", help="do not ask before purging")
    parser.add_argument(
        "--from-journal", action="store_true", help="for a relay: take events from the table, not the stream"
    )
    parser.add_argument("--limit", type=int, default=_SHOWN, help=f"messages of a queue to show (default: {_SHOWN})")
    parser.add_argument("--wait", type=float, default=moves.Redrive.wait, help="seconds to wait for the outcome")


def run(options: argparse.Namespace, target: Target) -> bool:
    """Do what the options ask for; whether that came out well."""
    queues = DeployedStack(target).dead_letter_queues()
    if not options.queue:
        if options.purge:
            raise OperationError("say which queue to purge: make redrive QUEUE=<name> PURGE=1")
        inspect(target, queues, options.limit, say)
        return True
    chosen = [queue for queue in choose(queues, options.queue) if queue.messages or queue.hidden]
    if not chosen:
        say(f"no dead letters in {options.queue}; nothing to do")
        return True
    if options.purge:
        return _purge(target, chosen, options)
    how = moves.Redrive(wait=options.wait, from_journal=options.from_journal)
    outcomes = [_redriven(target, queue, how) for queue in chosen]
    return all(outcomes)


def _redriven(target: Target, queue: DeadLetterQueue, how: moves.Redrive) -> bool:
    """Take one queue's messages back. One that cannot be is told of, and does not keep the others."""
    try:
        return moves.redrive(target, queue, how, say)
    except OperationError as error:
        say(str(error))
        return False


def inspect(target: Target, queues: list[DeadLetterQueue], limit: int, tell: Say) -> None:
    """Show every queue, and what is in those that are not empty."""
    sqs, now = target.client("sqs"), datetime.now(UTC)
    found = {queue.logical_id: looked_at(sqs, queue.url, limit) for queue in queues if queue.messages}
    rows = [
        (
            queue.service,
            queue.name,
            ", ".join(queue.feeds),
            queue.messages + queue.hidden,
            _age(found.get(queue.logical_id), now),
        )
        for queue in queues
    ]
    tell(f"dead-letter queues of {target}")
    for line in table(("service", "queue", "what feeds it", "messages", "oldest"), rows):
        tell(f"  {line}")
    for queue in queues:
        if letters := found.get(queue.logical_id):
            _tell(target, queue, letters, tell)
    if not any(queue.messages + queue.hidden for queue in queues):
        tell("every one is empty")
        return
    tell("")
    tell("take them back: make redrive QUEUE=<queue, or all>   delete them: make redrive QUEUE=<queue> PURGE=1")


def _age(letters: list[Letter] | None, now: datetime) -> str:
    """The age of the oldest message that was looked at."""
    return duration(now - letters[0].sent) if letters else "-"


def _tell(target: Target, queue: DeadLetterQueue, letters: list[Letter], tell: Say) -> None:
    log = Log(target.client("logs"), queue.consumer)
    rest = f", {len(letters)} of them shown" if len(letters) < queue.messages else ""
    tell("")
    tell(f"{queue.name}: {counted(queue.messages, 'message')}{rest}")
    for letter in letters:
        tell(f"  {letter.kind}  {letter.id}")
        tell(f"    aggregate {letter.aggregate}  correlation {letter.correlation}")
        tell(f"    sent {letter.sent:%Y-%m-%d %H:%M:%S} UTC")
        tell(f"    why: {log.reason(letter)}")


def _purge(target: Target, queues: list[DeadLetterQueue], options: argparse.Namespace) -> bool:
    inspect(target, queues, options.limit, say)
    number = sum(queue.messages + queue.hidden for queue in queues)
    question = f"Delete {counted(number, 'message')} from {', '.join(queue.name for queue in queues)}?"
    if not confirmed(question, yes=options.yes):
        say("nothing was purged")
        return False
    for queue in queues:
        purge(target.client("sqs"), queue, file_for(queue, KEPT), say)
    return True
