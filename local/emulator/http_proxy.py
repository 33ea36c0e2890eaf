"""An HTTP_PROXY integration passes requests and answers on as they are.

MiniStack 1.5.33 follows redirects, keeps of an answer's headers only the content type, and maps parameters into the
path only. API Gateway follows nothing, passes all headers but those of the connection, calls some of an answer's by
another name, and maps headers and query parameters as well. What cannot be reached, or takes too long, is the gateway
response INTEGRATION_FAILURE or INTEGRATION_TIMEOUT.
"""

import asyncio
import http.client
import urllib.parse
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.services import apigateway_v1 as gateway

Integration = dict[str, Any]
Headers = dict[str, str | list[str]]
# RFC 9110, section 7.6.1, and what API Gateway takes out by itself; the HTTP client sets the lengths and the host anew.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
}  # fmt: skip
_NOT_SENT = _HOP_BY_HOP | {
    "content-encoding", "content-length", "content-md5", "expect", "host", "max-forwards", "server", "via",
    "www-authenticate",
}  # fmt: skip
_NOT_RETURNED = _HOP_BY_HOP | {"content-encoding", "via"}
# An answer keeps these under another name, beside the gateway's own.
_REMAPPED = {"content-length", "date", "server"}
_REMAPPED_PREFIX = "x-amzn-Remapped-"
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
    method: str, url: urllib.parse.SplitResult, headers: dict[str, str], body: bytes, timeout: float
) -> tuple[int, Headers, bytes]:
    secure = url.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout)
    try:
        connection.request(method, urllib.parse.urlunsplit(("", "", url.path or "/", url.query, "")), body, headers)
        answer = connection.getresponse()
        return answer.status, _returned(answer.getheaders()), answer.read()
    finally:
        connection.close()


def _named_by_connection(headers: list[tuple[str, str]]) -> set[str]:
    return {
        named.strip().lower() for name, value in headers if name.lower() == "connection" for named in value.split(",")
    }


def _sent(headers: dict[str, Any]) -> dict[str, str]:
    """A request's headers that reach the backend, in lower case."""
    texts = [(name, value if isinstance(value, str) else ", ".join(value)) for name, value in headers.items()]
    dropped = _NOT_SENT | _named_by_connection(texts)
    return {name.lower(): value for name, value in texts if name.lower() not in dropped}


def _returned(headers: list[tuple[str, str]]) -> Headers:
    """An answer's headers that reach the client; a list where one comes more than once (Set-Cookie)."""
    dropped = _NOT_RETURNED | _named_by_connection(headers)
    passed: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in dropped:
            passed.setdefault(f"{_REMAPPED_PREFIX}{name}" if name.lower() in _REMAPPED else name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in passed.items()}


async def _invoke_http_proxy(
    integration: Integration,
    _path: str,
    method: str,
    headers: dict[str, Any],
    body: bytes,
    query: Any,
    path: Any = None,
) -> Any:
    lowered = {name.lower(): value for name, value in headers.items()}
    request = {"path": path or {}, "querystring": query or {}, "header": lowered}
    passed = _sent(headers) | {name.lower(): value for name, value in _mapped(integration, "header", request).items()}
    configured = integration.get("httpMethod") or "ANY"
    timeout = float(integration.get("timeoutInMillis") or gateway._PROXY_TIMEOUT_SECONDS * _MILLISECONDS)
    seconds = timeout / _MILLISECONDS
    # A thread of its own: however many calls wait for a backend that hangs, they hold up nothing else.
    exchange = asyncio.ensure_future(
        run_reentrant(
            _exchange,
            method if configured == "ANY" else configured,
            _url(integration, request),
            passed,
            body or b"",
            seconds,
            thread_name="http-proxy",
        )
    )
    # The connection's timeout begins anew with each byte; the integration's is for the whole answer.
    await asyncio.wait({exchange}, timeout=seconds)
    if not exchange.done():
        exchange.add_done_callback(asyncio.Future.exception)  # what becomes of it later interests nobody
        return gateway._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
    return _answered(exchange)


def _answered(exchange: asyncio.Future[tuple[int, Headers, bytes]]) -> Any:
    try:
        return exchange.result()
    except TimeoutError:
        return gateway._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
    except (OSError, http.client.HTTPException):
        return gateway._gw_error("INTEGRATION_FAILURE", "Internal server error")


def install() -> None:
    """Replace MiniStack's HTTP integration."""
    gateway._invoke_http_proxy_v1 = _invoke_http_proxy
