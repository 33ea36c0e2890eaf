"""`python -m local <command>`: runs the platform on this machine. `make help` lists the commands."""

import argparse
import os
import sys
from importlib import import_module
from typing import Protocol, cast

from local import settings
from local.console import LocalError, die


class Command(Protocol):
    """What each module in local.commands offers."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace, configured: settings.Settings) -> None: ...


COMMANDS = ("run", "up", "down", "deploy", "logs", "status", "trace")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    commands = {name: cast(Command, import_module(f"local.commands.{name}")) for name in COMMANDS}
    for name, command in commands.items():
        command.arguments(subparsers.add_parser(name, help=command.__doc__, description=command.__doc__))
    options = parser.parse_args(arguments)
    try:
        commands[options.command].run(options, settings.load())
    except (LocalError, settings.SettingError) as error:
        die(error)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main(sys.argv[1:])
