"""A function that fails behind a REST API fails without a word to the client.

MiniStack 1.5.33 puts the function's error, message and all, into the answer's body. On AWS the answer is 502 with the
API's DEFAULT_5XX gateway response, `{"message": "Internal server error"}` unless the API declares another, and the
error is in the function's log.
"""

from typing import Any

from ministack.services import apigateway_v1 as gateway

_STATUS = 502  # of a proxy integration that failed, unless the gateway response has a status of its own


class FunctionFailedError(Exception):
    """The function behind the method raised, timed out or could not be started."""


def _has_status(request: dict[str, Any]) -> bool:
    """Whether the deployed API declares a status for DEFAULT_5XX."""
    deployments = gateway._deployed_gateway_responses.get(request["api_id"], {})
    declared = deployments.get(request["stage"].get("deploymentId")) or {}
    return bool((declared.get("DEFAULT_5XX") or {}).get("statusCode"))


class _FailedIntegration(gateway._GatewayError):  # type: ignore[misc]  # upstream has no types
    """DEFAULT_5XX, but as 502."""


def _answers() -> None:
    shape, invoke = gateway._lambda_proxy_response, gateway._invoke_lambda_proxy_v1

    def shaped(result: dict[str, Any]) -> Any:
        response, error = shape(result)
        if error:
            raise FunctionFailedError
        return response, None

    async def invoked(*arguments: Any, **named: Any) -> Any:
        try:
            return await invoke(*arguments, **named)
        except FunctionFailedError:
            return _FailedIntegration("DEFAULT_5XX", gateway._GATEWAY_ERROR_MESSAGES["DEFAULT_5XX"])

    gateway._lambda_proxy_response = shaped
    gateway._invoke_lambda_proxy_v1 = invoked


def _status() -> None:
    render = gateway._gateway_error_response

    def rendered(error: Any, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = render(error, request)
        failed = isinstance(error, _FailedIntegration) and not _has_status(request)
        return _STATUS if failed else status, headers, body

    gateway._gateway_error_response = rendered


def install() -> None:
    """Answer for failed functions as AWS does."""
    _answers()
    _status()
