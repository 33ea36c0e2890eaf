"""The X-Ray trace header of an invocation: the caller's trace goes on, under a segment of the function's own.

MiniStack 1.5.33 starts a new trace with each invocation. AWS Lambda goes on with the trace that its caller names: the
header of the Invoke call, of the API Gateway request, or of a lone SQS message (a batch of several is linked instead;
a message takes the header of the call that sends it). It makes a function segment, whose id it hands to the function as
`Parent`. python_runtime asks this module for the header, and sends that segment to the X-Ray daemon when the invocation
has ended, as Lambda does.
"""

import json
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.services import sqs

_DATAGRAM_HEADER = '{"format": "json", "version": 1}\n'
_daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# What the call that is being served says; whatever it starts in this context belongs to its trace.
inbound: ContextVar[str | None] = ContextVar("inbound trace header", default=None)
# What the function is told, for the invocation in this context.
outbound: ContextVar[str | None] = ContextVar("function's trace header", default=None)


@dataclass(frozen=True)
class Trace:
    """One invocation's place in a trace."""

    root: str
    segment: str
    caller: str | None
    sampled: bool

    @property
    def header(self) -> str:
        """The value of `_X_AMZN_TRACE_ID`."""
        return f"Root={self.root};Parent={self.segment};Sampled={int(self.sampled)}"


def _fields(header: str | None) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in (header or "").split(";") if "=" in part)


def _header_in(event: Any) -> str | None:
    """The trace header that an API Gateway request or a lone SQS message carries."""
    if not isinstance(event, dict):
        return None
    records = event.get("Records")
    if isinstance(records, list) and len(records) == 1 and isinstance(records[0], dict):
        header: str | None = (records[0].get("attributes") or {}).get("AWSTraceHeader")
        return header
    if "requestContext" not in event:
        return None
    headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
    return headers.get("x-amzn-trace-id")


def trace_for(config: dict[str, Any], event: Any) -> Trace | None:
    """The trace of an invocation; None when neither the caller nor the function's TracingConfig asks for one."""
    caller = _fields(inbound.get() or _header_in(event))
    active = (config.get("TracingConfig") or {}).get("Mode") == "Active"
    if not active and "Root" not in caller:
        return None
    root = caller.get("Root") or f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return Trace(root, secrets.token_hex(8), caller.get("Parent"), caller.get("Sampled", str(int(active))) == "1")


def send_segment(trace: Trace, config: dict[str, Any], request_id: str, started: float, *, failed: bool) -> None:
    """Tell the daemon about the invocation: start and end in seconds since 1970, `fault` if the function failed."""
    if not trace.sampled:
        return
    segment = {
        "name": config.get("FunctionName", "unknown"),
        "id": trace.segment,
        "trace_id": trace.root,
        "origin": "AWS::Lambda::Function",
        "start_time": started,
        "end_time": time.time(),
        "fault": failed,
        "aws": {"request_id": request_id, "function_arn": config.get("FunctionArn", "")},
    } | ({"parent_id": trace.caller} if trace.caller else {})
    host, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000").rsplit(":", 1)
    # A datagram to a port where nobody listens is lost without an error, as on AWS.
    _daemon.sendto((_DATAGRAM_HEADER + json.dumps(segment)).encode(), (host, int(port)))


def hear_the_caller() -> None:
    """Note the trace header of each call to a service, and pass it on with each message that is sent."""
    serve, message_attributes = app.app, sqs._build_send_sys_attrs

    async def traced(scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Any) -> None:
        # A WebSocket lives longer than the request that opened it, and its messages are not in that trace.
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            inbound.set(headers.get(b"x-amzn-trace-id", b"").decode("latin-1") or None)
        await serve(scope, receive, send)

    def build_send_sys_attrs(now: float, given: dict[str, Any]) -> dict[str, str]:
        attributes: dict[str, str] = message_attributes(now, given)
        header = inbound.get()
        return ({"AWSTraceHeader": header} if header else {}) | attributes

    app.app = traced
    sqs._build_send_sys_attrs = build_send_sys_attrs
