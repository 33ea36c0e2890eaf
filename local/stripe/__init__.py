"""Stripe's stand-in on a laptop: localstripe, with what our adapter needs and it lacks.

localstripe is GPL-3.0. It is a tool of development: it runs in a process of its own, and nothing of it is deployed.
"""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.console import LocalError
from local.processes import spawn, stop, tail
from local.settings import HOST, ROOT, Settings
from local.stack import Stack

KEY = "sk_test_laptop"
START_LIMIT = 60.0  # seconds


@contextmanager
def running(port: int, *, env: Mapping[str, str], log: Path) -> Iterator[str]:
    """The stand-in as a process of its own for the length of the block; its address. Raises LocalError."""
    process = spawn([sys.executable, "-m", "local.stripe.server", str(port)], env=env, cwd=ROOT, log=log)
    address = f"http://{HOST}:{port}"
    try:
        deadline = time.monotonic() + START_LIMIT
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LocalError(f"Stripe's stand-in does not start\n{tail(log)}")
            time.sleep(0.05)
        yield address
    finally:
        stop(process)


def introduce(deployed: Stack, configured: Settings) -> None:
    """What an operator does with a real account: puts its key into the stack's secret, and registers the webhook."""
    secrets = deployed.client("secretsmanager")
    secrets.put_secret_value(SecretId=deployed.outputs["StripeKeyArn"], SecretString=KEY)
    held = secrets.get_secret_value(SecretId=deployed.outputs["PaymentWebhookSecretsArn"])["SecretString"]
    where = {"url": f"{configured.front_door}/api/webhooks/payments", "secret": next(iter(json.loads(held).values()))}
    request = urllib.request.Request(f"{configured.stripe}/_config/webhooks/platform", json.dumps(where).encode())
    urllib.request.urlopen(request, timeout=10).close()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_config/faults", timeout=5):
            return True
    except urllib.error.URLError:
        return False
