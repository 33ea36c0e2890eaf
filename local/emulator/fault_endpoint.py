"""The address at which faults are made, listed and ended; see faults.py."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from ministack import app

PATH = "/_yafdp/faults"

type Answer = tuple[int, Any]


class Registry(Protocol):
    """What the endpoint needs of the faults. `add` raises ValueError, with a message for the caller."""

    def add(self, request: Any) -> dict[str, Any]: ...

    def active(self) -> list[dict[str, Any]]: ...

    def end(self, identifier: str | None) -> list[dict[str, Any]]: ...


def _made(faults: Registry, body: bytes) -> Answer:
    try:
        return 201, faults.add(json.loads(body))
    except ValueError as error:  # also what is not JSON, or not UTF-8
        return 400, {"message": str(error)}


def answer(faults: Registry, method: str, identifier: str | None, body: bytes) -> Answer:
    """Status and JSON for a request."""
    match method, identifier:
        case "POST", None:
            return _made(faults, body)
        case "GET", None:
            return 200, {"faults": faults.active()}
        case "DELETE", _:
            ended = faults.end(identifier)
            found = ended or identifier is None
            return (200, {"faults": ended}) if found else (404, {"message": f"there is no fault {identifier}"})
    return 405, {"message": "POST, GET or DELETE the faults, DELETE one fault"}


async def _body(receive: Callable[..., Awaitable[Any]]) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def serve(faults: Registry) -> None:
    """Answer at PATH before MiniStack takes the request for one to S3."""
    upstream = app.app

    async def served(scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == PATH or path.startswith(f"{PATH}/")):
            await upstream(scope, receive, send)
            return
        identifier = path.removeprefix(PATH).removeprefix("/") or None
        status, content = answer(faults, scope["method"], identifier, await _body(receive))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})

    app.app = served
