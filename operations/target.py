"""Which stack the commands are about: the one on this laptop, or one in the cloud."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from local import emulation, settings
from operations.console import OperationError

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=70)


@dataclass(frozen=True)
class Target:
    """A stack's name and where it is. In the cloud the credentials are those that boto3 finds by itself."""

    stack: str
    region: str
    endpoint: str | None = None

    @cached_property
    def _session(self) -> boto3.Session:
        key = settings.KEY if self.endpoint else None
        return boto3.Session(region_name=self.region, aws_access_key_id=key, aws_secret_access_key=key)

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    def client(self, service: str) -> Any:
        """The boto3 client of a service in the stack's account and region."""
        if service not in self._clients:
            create: Any = self._session.client  # the stubs know a literal for each service, not any name
            self._clients[service] = create(service, endpoint_url=self.endpoint, config=_CONFIG)
        return self._clients[service]

    def __str__(self) -> str:
        return f"{self.stack} at {self.endpoint}" if self.endpoint else f"{self.stack} in {self.region}"


def chosen(stack: str | None, region: str | None) -> Target:
    """The named stack in the cloud, or else the platform that runs here. Raises OperationError without either."""
    if stack:
        found = region or boto3.Session().region_name
        if not found:
            raise OperationError("no region is set; name it: REGION=eu-central-1")
        return Target(stack, found)
    here = settings.load()
    if not emulation.answers(here):
        raise OperationError(
            f"nothing runs at {here.endpoint}; `make up` starts the platform here, "
            "or name a stack in the cloud: STACK=yafdp-dev REGION=eu-central-1"
        )
    return Target(here.stack_name, region or here.region, here.endpoint)
