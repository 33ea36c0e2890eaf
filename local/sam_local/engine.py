"""The container engine: whether one answers, and where this machine is for a container."""

import ipaddress
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException  # type: ignore[import-untyped]

from local.console import LocalError

TIMEOUT = 10  # seconds
MISSING = "no container engine answers, and `sam local` runs functions in containers: start Docker and run this again"
# Docker Desktop's name for the machine it runs on.
OUTER_HOST = "host.docker.internal"


def check() -> None:
    """Raises LocalError when no engine answers. Asks the way SAM does: DOCKER_HOST, or else the usual socket."""
    with _client():
        pass


def bridge_address() -> str:
    """This machine's address on the network that containers are put in. Raises LocalError when no engine answers."""
    with _client() as client:
        network: dict[str, Any] = client.networks.get("bridge").attrs
    configured: dict[str, str] = network["IPAM"]["Config"][0]
    # An engine that chose the network by itself may leave its own address out: then it has the first one.
    return configured.get("Gateway") or str(ipaddress.ip_network(configured["Subnet"])[1])


@contextmanager
def _client() -> Iterator[Any]:
    try:
        client = docker.from_env(timeout=TIMEOUT)  # asks the engine for its version
    except DockerException as error:
        raise LocalError(MISSING) from error
    with closing(client):
        yield client
