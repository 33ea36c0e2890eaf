"""`/api/…`: hands a request to the REST API as it came, and the answer back as it is."""

import secrets
import time

from aiohttp import web
from multidict import CIMultiDict, MultiMapping
from yarl import URL

from local.frontdoor.platform import PLATFORM, Platform

# RFC 9110, 7.6.1: these concern one connection. Host and lengths are set anew by each side.
HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length",
}  # fmt: skip
TRACE_HEADER = "X-Amzn-Trace-Id"


async def forward(request: web.Request) -> web.Response:
    """Passes one request through, and once more when the API has got a new id since the last one."""
    platform = request.app[PLATFORM]
    body = await request.read()
    headers = _request_headers(request)
    base, outputs = await platform.rest_base()
    answer = await _send(platform, base, request, headers, body)
    # What the emulator says of an API that is gone looks like what an API says of a path that is not there.
    if answer.status in {403, 404} and await platform.changed_since(outputs):
        base, _ = await platform.rest_base()
        answer = await _send(platform, base, request, headers, body)
    return answer


async def _send(
    platform: Platform, base: str, request: web.Request, headers: CIMultiDict[str], body: bytes
) -> web.Response:
    # The path is passed on as it was written: decoding and encoding again would change an escaped slash.
    path = request.rel_url.raw_path.removeprefix("/api")
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    url = URL(f"{base}{path or '/'}{query}", encoded=True)
    async with platform.session.request(
        request.method, url, headers=headers, data=body or None, allow_redirects=False
    ) as answer:
        return web.Response(status=answer.status, body=await answer.read(), headers=_end_to_end(answer.headers))


def _request_headers(request: web.Request) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    headers.setdefault(TRACE_HEADER, new_trace_header())
    headers.setdefault("X-Forwarded-For", request.remote or "127.0.0.1")
    return headers


def _end_to_end(headers: MultiMapping[str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for value in headers.getall("Connection", []) for name in value.split(",")}
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP | named)


def new_trace_header() -> str:
    """A trace header as API Gateway makes one: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html"""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
