"""An HTTP_PROXY integration passes requests and answers on as they are.

MiniStack 1.5.33 follows redirects, keeps of an answer's headers only the content type, and maps parameters into the
path only. API Gateway follows nothing, passes all headers but those of the connection, and maps headers and query
parameters as well. What cannot be reached, or takes too long, is the gateway response INTEGRATION_FAILURE or
INTEGRATION_TIMEOUT.
"""

import asyncio
import http.client
import urllib.parse
from typing import Any

from ministack.services import apigateway_v1 as gateway

Integration = dict[str, Any]
Headers = dict[str, str]
# RFC 9110, section 7.6.1, and what the HTTP client sets for itself.
_OF_THE_CONNECTION = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length",
}  # fmt: skip
_MILLISECONDS = 1000


def _source(value: str, request: dict[str, dict[str, Any]]) -> str:
    """What a mapping's right side stands for: a quoted literal or a part of the method's request."""
    if value.startswith("'"):
        return value.strip("'")
    location, _, name = value.removeprefix("method.request.").partition(".")
    found = request.get(location, {}).get(name.lower() if location == "header" else name, "")
    return str(found[0] if isinstance(found, list) else found)


def _mapped(integration: Integration, location: str, request: dict[str, dict[str, Any]]) -> dict[str, str]:
    prefix = f"integration.request.{location}."
    mappings = (integration.get("requestParameters") or {}).items()
    return {to.removeprefix(prefix): _source(value, request) for to, value in mappings if to.startswith(prefix)}


def _url(integration: Integration, request: dict[str, dict[str, Any]]) -> urllib.parse.SplitResult:
    """The backend's address, with path parameters filled in and the query passed on."""
    address = integration.get("uri", "")
    # `proxy` is the greedy parameter's usual name, and needs no mapping in MiniStack.
    for name, value in ({"proxy": request["path"].get("proxy", "")} | _mapped(integration, "path", request)).items():
        address = address.replace(f"{{{name}}}", urllib.parse.quote(value, safe="/:@!$&'()*+,;=~"))
    url = urllib.parse.urlsplit(address)
    query = request["querystring"] | _mapped(integration, "querystring", request)
    passed = urllib.parse.urlencode(query, doseq=True)
    return url._replace(query="&".join(filter(None, [url.query, passed])))


def _exchange(
    method: str, url: urllib.parse.SplitResult, headers: Headers, body: bytes, timeout: float
) -> tuple[int, Headers, bytes]:
    secure = url.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout)
    try:
        connection.request(method, urllib.parse.urlunsplit(("", "", url.path or "/", url.query, "")), body, headers)
        answer = connection.getresponse()
        passed = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_THE_CONNECTION}
        return answer.status, passed, answer.read()
    finally:
        connection.close()


async def _invoke_http_proxy(
    integration: Integration, _path: str, method: str, headers: Headers, body: bytes, query: Any, path: Any = None
) -> Any:
    lowered = {name.lower(): value for name, value in headers.items()}
    request = {"path": path or {}, "querystring": query or {}, "header": lowered}
    passed = {name: value for name, value in lowered.items() if name not in _OF_THE_CONNECTION}
    passed |= _mapped(integration, "header", request)
    configured = integration.get("httpMethod") or "ANY"
    timeout = float(integration.get("timeoutInMillis") or gateway._PROXY_TIMEOUT_SECONDS * _MILLISECONDS)
    try:
        return await asyncio.to_thread(
            _exchange,
            method if configured == "ANY" else configured,
            _url(integration, request),
            passed,
            body or b"",
            timeout / _MILLISECONDS,
        )
    except TimeoutError:
        return gateway._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
    except (OSError, http.client.HTTPException):
        return gateway._gw_error("INTEGRATION_FAILURE", "Internal server error")


def install() -> None:
    """Replace MiniStack's HTTP integration."""
    gateway._invoke_http_proxy_v1 = _invoke_http_proxy
