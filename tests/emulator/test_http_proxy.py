"""An HTTP integration passes requests and answers on as they are."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.emulator.emulator import Emulator, unique


class Backend(BaseHTTPRequestHandler):
    """Redirects from `/old`, and tells what it was asked everywhere else."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        told = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        self.send_response(307 if self.path.startswith("/old") else 201)
        self.send_header("Location", "/new")
        self.send_header("X-Legacy", "yes")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the parameter's name is the library's
        """Say nothing."""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Backend) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def deploy(emulator: Emulator, backend: str) -> str:
    """A REST API that passes everything on to the backend; returns its address."""
    api = emulator.client("apigateway")
    identifier = api.create_rest_api(name=unique("legacy"))["id"]
    root = api.get_resources(restApiId=identifier)["items"][0]["id"]
    resource = api.create_resource(restApiId=identifier, parentId=root, pathPart="{proxy+}")["id"]
    method = {"restApiId": identifier, "resourceId": resource, "httpMethod": "ANY"}
    api.put_method(authorizationType="NONE", **method)
    mapped = {
        "integration.request.path.rest": "method.request.path.proxy",
        "integration.request.header.X-Facade": "'yafdp'",
        "integration.request.querystring.origin": "method.request.header.Origin",
    }
    uri = f"{backend}/{{rest}}"
    api.put_integration(
        type="HTTP_PROXY",
        integrationHttpMethod="ANY",
        uri=uri,
        requestParameters=mapped,
        timeoutInMillis=5000,
        **method,
    )
    api.create_deployment(restApiId=identifier, stageName="v1")
    return f"{emulator.endpoint}/restapis/{identifier}/v1/_user_request_"


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(url: str) -> tuple[int, Any, Any]:
    """Status, headers and JSON of the answer."""
    opener = urllib.request.build_opener(KeepRedirects)
    headers = {"Origin": "here", "Content-Type": "text/plain"}
    try:
        answer = opener.open(urllib.request.Request(url, b"hello", headers, method="POST"), timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, json.loads(answer.read())


def test_path_headers_query_and_body_reach_the_backend(bridged: Emulator, backend: str) -> None:
    status, headers, told = post(f"{deploy(bridged, backend)}/a/b%20c?limit=2")
    assert (status, headers["X-Legacy"]) == (201, "yes")
    assert told["path"] == "/a/b%20c?limit=2&origin=here"
    assert (told["headers"]["x-facade"], told["headers"]["content-type"]) == ("yafdp", "text/plain")
    assert told["body"] == "hello"


def test_a_redirect_is_passed_on_and_not_followed(bridged: Emulator, backend: str) -> None:
    status, headers, _ = post(f"{deploy(bridged, backend)}/old/menu")
    assert (status, headers["Location"]) == (307, "/new")


def test_a_backend_that_cannot_be_reached_is_a_gateway_response(bridged: Emulator) -> None:
    status, _, body = post(f"{deploy(bridged, 'http://127.0.0.1:1')}/menu")
    assert (status, body["message"]) == (504, "Internal server error")


def test_upstream_still_drops_the_headers_of_an_answer(bare: Emulator, backend: str) -> None:
    """If this fails, upstream passes headers on: see how much of local/emulator/http_proxy.py can go."""
    _, headers, _ = post(f"{deploy(bare, backend)}/menu")
    assert headers["X-Legacy"] is None
