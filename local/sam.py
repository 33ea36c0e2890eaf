"""The real `sam build` and `sam deploy`, against the emulator and with credentials that are worth nothing elsewhere."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from local.console import LocalError, say, step
from local.processes import spawn, stop, tail
from local.settings import HOST, KEY, Settings
from local.stack import client

INPUTS = ("template.yaml", "samconfig.toml", "api", "events", "functions", "layers", "statemachines")
_IGNORED = {"__pycache__"}
_BUILD_STAMP = "inputs.sha256"


def environment(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The tools' environment: nothing of the user's AWS account in it, our own tools first, bytecode allowed."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("AWS_") and name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV"}
    }
    return kept | {
        "PATH": f"{settings.tools}{os.pathsep}{environ.get('PATH', os.defpath)}",
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_REGION": settings.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "LAYER_ARCH": settings.architecture,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",  # seconds between looks at the stack; the default of 5 is meant for the cloud
    }


def build(settings: Settings) -> None:
    """Runs `sam build` into the state directory, unless its inputs are byte for byte those of the last good build.

    Raises LocalError with the end of the log when the build fails.
    """
    stamp = settings.build / _BUILD_STAMP
    inputs = fingerprint(settings)
    if stamp.exists() and stamp.read_text() == inputs:
        say("  sam build                    skipped: nothing changed since the last one")
        return
    stamp.unlink(missing_ok=True)
    command = ["build", "--cached", "--parallel", "--template-file", "template.yaml"]
    paths = ["--build-dir", str(settings.build), "--cache-dir", str(settings.state / "build-cache")]
    with step("sam build"):
        _run(settings, [*command, *paths], log=settings.logs / "build.log")
    stamp.write_text(inputs)


def deploy(settings: Settings) -> None:
    """Runs `sam deploy` of the last build. Raises LocalError that names the resource at fault, when there is one."""
    command = ["deploy", "--template-file", str(settings.build / "template.yaml")]
    target = ["--stack-name", settings.stack_name, "--region", settings.region, "--resolve-s3"]
    quiet = ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    with step("sam deploy"):
        try:
            _run(
                settings,
                [*command, *target, *quiet, "--parameter-overrides", *parameters(settings)],
                log=settings.logs / "deploy.log",
            )
        except LocalError as error:
            reasons = failures(settings)
            raise LocalError("\n  ".join([str(error), *reasons])) from None


def parameters(settings: Settings) -> list[str]:
    """The template's parameters for this machine: given here in full, since they replace those of samconfig.toml."""
    return [
        "Stage=local",
        f"Architecture={settings.architecture}",
        f"KitchenTimeoutSeconds={settings.kitchen_seconds}",
        f"PaymentGateway={settings.payment_gateway}",
        f"StripeUrl={settings.stripe}",
        f"PaymentActionSeconds={settings.payment_action_seconds}",
        f"AllowedOrigins={settings.front_door},http://{HOST}:{settings.port}",
        "SupportEmail=support@example.com",
        "SupportCriticalEmail=on-call@example.com",
        f"PagesUrl={settings.front_door}",
        f"WebSocketUrl=ws://localhost:{settings.port}/ws",
        f"WebSocketManagementUrl={settings.endpoint}/_aws/execute-api",
        f"LegacyBaseUrl={settings.legacy}",
    ]


def failures(settings: Settings) -> list[str]:
    """The resources that failed in the stack's last operation, the first one first, with the reasons given."""
    try:
        events = client(settings, "cloudformation").describe_stack_events(StackName=settings.stack_name)["StackEvents"]
    except ClientError:
        return []
    found = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return list(dict.fromkeys(found))


def fingerprint(settings: Settings) -> str:
    """One hash over everything that a build reads: names and contents of the sources, the tools, the processor."""
    digest = hashlib.sha256(f"{settings.architecture}\n".encode())
    for path in input_files(settings.root):
        digest.update(f"{path.relative_to(settings.root)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update((settings.root / "local" / "requirements" / "run.txt").read_bytes())
    return digest.hexdigest()


def input_files(root: Path) -> Iterator[Path]:
    """The files that a build or a deployment reads, in a stable order."""
    for name in INPUTS:
        start = root / name
        files = [start] if start.is_file() else sorted(path for path in start.rglob("*") if path.is_file())
        yield from (path for path in files if not _IGNORED & set(path.parts))


def _run(settings: Settings, arguments: list[str], *, log: Path) -> None:
    # Named in full: SAM looks for it beside the template, and the built one is elsewhere.
    config = ["--config-env", "local", "--config-file", str(settings.root / "samconfig.toml")]
    process = spawn(
        [settings.tools / "sam", *arguments, *config], env=environment(settings), cwd=settings.root, log=log
    )
    try:
        code = process.wait()
    finally:
        stop(process)
    if code:
        raise LocalError(f"sam {arguments[0]} failed; the whole log is {log}\n{tail(log)}")
