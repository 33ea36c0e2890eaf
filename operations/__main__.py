"""`python -m operations redrive|resume`: what an operator does to a deployed stack. `make help` lists the commands."""

import argparse
import os
import sys
from typing import Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError

from local.settings import SettingError
from operations import redrive, resume
from operations.console import OperationError
from operations.target import Target, chosen


class Command(Protocol):
    """What each command's module offers. `run` returns whether what was asked for came out well."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace, target: Target) -> bool: ...


COMMANDS = {"redrive": cast(Command, redrive), "resume": cast(Command, resume)}


def main(arguments: list[str]) -> int:
    """Run a command; 0 if it came out well, 1 if something failed again, 2 if it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m operations", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        own = subparsers.add_parser(name, help=command.__doc__, description=command.__doc__)
        own.add_argument("--stack", default="", help="a stack in the cloud; without: the platform that runs here")
        own.add_argument("--region", default="", help="where the stack is; without: the environment's default")
        command.arguments(own)
    options = parser.parse_args(arguments)
    try:
        target = chosen(options.stack or None, options.region or None)
        return 0 if COMMANDS[options.command].run(options, target) else 1
    except (OperationError, SettingError) as error:
        return _failed(str(error))
    except ClientError as error:
        return _failed(f"AWS refused: {error}; see which credentials and region are in use")
    except BotoCoreError as error:
        return _failed(f"AWS could not be asked: {error}; see which credentials and region are in use")
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _failed(message: str) -> int:
    print(f"yafdp: {message}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
