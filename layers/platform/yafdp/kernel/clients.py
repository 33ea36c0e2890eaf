"""AWS clients: one of each per sandbox, every call with a timeout and bounded retries."""

from functools import cache
from typing import Any, cast

import boto3
from botocore.config import Config

# Seconds. Every function's own timeout is longer than two attempts of these, so a slow callee is an error that is
# seen, not a killed sandbox.
CONNECT_TIMEOUT = 1
READ_TIMEOUT = 3
# The internal API and a nested machine may take longer than a table does, and are tried once less.
INVOKE_TIMEOUT = 4


@cache
def client(
    service: str, endpoint: str | None = None, read_timeout: float = READ_TIMEOUT, attempts: int | None = None
) -> Any:
    """A boto3 client of the service, made once per sandbox. `attempts` is for calls that must not be sent twice: 1."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts or (3 if read_timeout <= READ_TIMEOUT else 2)},
        tcp_keepalive=True,
    )
    return boto3.client(cast(Any, service), endpoint_url=endpoint, config=config)
