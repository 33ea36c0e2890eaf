"""`python -m local.sam_local check|serve|invoke`: the real `sam local` beside the platform that runs."""

import argparse
import json
import signal
import sys
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from local import settings, stack
from local.console import LocalError, die, say
from local.sam_local import engine, runner, template
from local.settings import HOST, Settings
from local.stack import Stack

PORT = 3001


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    try:
        engine.check()
        configured = settings.load()
        match options.command:
            case "serve":
                serve(configured, options.port)
            case "invoke":
                invoke(configured, options.sample)
    except (LocalError, settings.SettingError) as error:
        die(error)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def serve(configured: Settings, port: int) -> None:
    """Serves the REST API from containers until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, _interrupt)
    with runner.beside_platform(configured, _running(configured)) as sam_local, sam_local.api(port) as process:
        say(f"  REST API   http://{HOST}:{port}   (a function's first request starts its container)")
        say(f"  log        {runner.log_of(configured)}")
        process.wait()


def invoke(configured: Settings, sample: str) -> None:
    """Invokes a function with one of its sample events and prints the answer."""
    directory, _, name = sample.partition("/")
    event = configured.root / "functions" / directory / "events" / f"{name}.json"
    function = template.function_of(configured, directory)
    if function is None or not event.exists():
        raise LocalError(
            f"there is no sample {sample!r}; it must be <function>/<sample>, as in place_order/place_order"
        )
    with runner.beside_platform(configured, _running(configured)) as sam_local:
        say(json.dumps(sam_local.invoke(function, event), indent=2))


def _running(configured: Settings) -> Stack:
    try:
        return stack.load(configured)
    except (BotoCoreError, ClientError) as error:
        raise LocalError(f"nothing runs at {configured.endpoint}; `make up` starts it") from error


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.sam_local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="only say whether a container engine answers")
    serving = commands.add_parser("serve", help="serve the REST API until Ctrl-C")
    serving.add_argument("--port", type=int, default=PORT)
    invoking = commands.add_parser("invoke", help="invoke a function with a sample event")
    invoking.add_argument("sample", help="<function>/<sample>, as in place_order/place_order")
    return parser.parse_args(arguments)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main(sys.argv[1:])
