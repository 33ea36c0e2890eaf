"""The Stripe adapter against localstripe, a real server over HTTP; the table is moto's. No other network is touched."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from local import stripe
from local.sam import environment
from local.settings import HOST, load
from tests.gateway.account import Account
from tests.ports import free_ports
from tests.unit.conftest import aws, table

__all__ = ["aws", "table"]


@pytest.fixture(autouse=True)
def _only_this_machine() -> Iterator[None]:
    socket_allow_hosts([HOST], allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(scope="session")
def stripe_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running stand-in for Stripe."""
    (port,) = free_ports(1)
    log: Path = tmp_path_factory.mktemp("stripe") / "stripe.log"
    with stripe.running(port, env=environment(load()), log=log) as address:
        yield address


@pytest.fixture
def account(stripe_address: str, table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An empty Stripe account, and payments set up to use it."""
    from yafdp.kernel.secrets import secret

    secret.cache_clear()
    held = boto3.client("secretsmanager").create_secret(Name="stripe", SecretString=stripe.KEY)
    for name, value in {
        "PAYMENT_GATEWAY": "stripe",
        "STRIPE_URL": stripe_address,
        "STRIPE_KEY_ARN": held["ARN"],
    }.items():
        monkeypatch.setenv(name, value)
    opened = Account(stripe_address)
    opened.empty()
    yield opened
    urllib.request.urlcleanup()
    secret.cache_clear()
