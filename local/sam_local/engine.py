"""The container engine: whether one answers, and where this machine is for a container."""

import ipaddress
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
    _engine()


def bridge_address() -> str:
    """This machine's address on the network that containers are put in. Raises LocalError when no engine answers."""
    network: dict[str, Any] = _engine().networks.get("bridge").attrs
    configured: dict[str, str] = network["IPAM"]["Config"][0]
    # An engine that chose the network by itself may leave its own address out: then it has the first one.
    return configured.get("Gateway") or str(ipaddress.ip_network(configured["Subnet"])[1])


def _engine() -> Any:
    try:
        client = docker.from_env(timeout=TIMEOUT)
        client.ping()
    except (DockerException, OSError) as error:
        raise LocalError(MISSING) from error
    return client
