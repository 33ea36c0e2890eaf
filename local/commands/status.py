"""Say what runs, where it answers, and what waits in the queues."""

import argparse

from local import lock
from local.console import say
from local.frontdoor_client import ask
from local.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Settings come from the environment alone."""


def run(options: argparse.Namespace, configured: Settings) -> None:
    process = lock.running(configured.pid_file)
    if process is None:
        say("it does not run; `make up` starts it")
        raise SystemExit(1)
    if not configured.ready_file.exists():
        say(f"it is starting (process {process}); its log is {configured.logs / 'run.log'}")
        return
    config = ask(configured, "/config.json")
    say(f"stack {config['stackName']} runs at {configured.front_door} (process {process})")
    waiting = [queue for queue in ask(configured, "/_local/queues")["queues"] if queue["visible"] or queue["inFlight"]]
    for queue in waiting:
        kind = "dead letters" if queue["deadLetter"] else "messages"
        say(f"  {queue['name']:<60} {queue['visible']} {kind} visible, {queue['inFlight']} in flight")
    if not waiting:
        say("  every queue is empty")
