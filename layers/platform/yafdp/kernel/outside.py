"""Calls to systems outside AWS, over the HTTP library that botocore brings along: it costs no import of its own."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import urllib3

# Seconds to make a connection; whoever calls says how long it may take to answer.
CONNECT_TIMEOUT = 2.0


class Reply(NamedTuple):
    """What came back. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unsent(Exception):
    """No connection could be made: the other side knows nothing of the request."""


class Unanswered(Exception):
    """The request may have arrived, and may have been acted on; no answer came."""


def call(method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, patience: float) -> Reply:
    """One request, without repeats and redirects. `patience` is in seconds, from the connection to the answer.

    Raises Unsent or Unanswered.
    """
    timeout = urllib3.Timeout(total=patience, connect=min(CONNECT_TIMEOUT, patience))
    try:
        answer = _connections().request(method, url, body=body, headers=headers, timeout=timeout)
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise Unsent(type(error).__name__) from error
    except urllib3.exceptions.HTTPError as error:
        raise Unanswered(type(error).__name__) from error
    return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)


@cache
def _connections() -> urllib3.PoolManager:
    """The sandbox's connections, kept open between requests; certificates are checked against the system's."""
    return urllib3.PoolManager(retries=False, maxsize=4)
