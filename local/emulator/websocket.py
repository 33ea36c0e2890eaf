"""WebSocket routes run like every other invocation, and keep their errors to themselves.

MiniStack 1.5.33 runs a Python function behind a WebSocket route past its own dispatcher: one process for all
connections, no line in the logs. It sends the client what the handler returned even if the route has no response, and
if the handler fails, its error message. On AWS a returned body is sent only by a route with a route response, and a
failure is `{"message": "Internal server error", "connectionId": …, "requestId": …}`.
"""

import json
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import apigateway, lambda_svc

Response = dict[str, Any] | None


class HandlerFailedError(Exception):
    """The route's function failed."""


class _Dispatcher:
    """Stands where MiniStack expects a worker, and sends the invocation through the dispatcher."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._record = record

    def invoke(self, event: Any, _request_id: str) -> dict[str, Any]:
        result = lambda_svc._execute_function(self._record, event)
        if result.get("error"):
            raise HandlerFailedError
        return {"status": "ok", "result": result.get("body")}


def _dispatcher(name: str, config: dict[str, Any], code_zip: bytes, qualifier: str = "$LATEST") -> _Dispatcher:
    function = lambda_svc._functions.get(name) or {}
    return _Dispatcher(function | {"config": config, "code_zip": code_zip})


def _has_response(api: str, route: dict[str, Any]) -> bool:
    return bool(apigateway._route_responses.get(api, {}).get(route.get("routeId")))


def install() -> None:
    """Replace the worker that MiniStack takes for WebSocket routes, and look at what it sends back."""
    upstream = apigateway._invoke_ws_lambda

    async def invoke(
        api: str, account: str, region: str, route: dict[str, Any], stage: str,
        connection: str, kind: str, message: str, *rest: Any, **named: Any,
    ) -> Response:  # fmt: skip
        try:
            response: Response = await upstream(
                api, account, region, route, stage, connection, kind, message, *rest, **named
            )
        except HandlerFailedError:
            body = {"message": "Internal server error", "connectionId": connection, "requestId": message}
            return {"statusCode": 500, "body": json.dumps(body)}
        return response if kind != "MESSAGE" or _has_response(api, route) else None

    lambda_runtime.get_or_create_worker = _dispatcher
    apigateway._invoke_ws_lambda = invoke
