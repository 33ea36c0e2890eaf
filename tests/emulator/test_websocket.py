"""WebSocket routes keep their errors to themselves, and answer only if they are told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.emulator.emulator import REGION, Emulator, unique

# "fail" fails, everything else is answered with its text and heard in the log.
HANDLER = """
def handler(event, context):
    body = event.get("body")
    print("heard", body)
    if body == "fail":
        raise ValueError("a secret of ours")
    return {"statusCode": 200, "body": body}
"""
SILENCE = 1.0  # seconds without a message that count as none


class Socket:
    """A WebSocket API of one function on the routes `$default` and `answer`, of which only the latter may answer."""

    def __init__(self, emulator: Emulator) -> None:
        self._client = emulator.client("apigatewayv2")
        self.function = emulator.function(HANDLER)
        arn = emulator.function_arn(self.function)
        api = self._client.create_api(
            Name=unique("socket"), ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )["ApiId"]
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        integration = self._client.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri)
        target = "integrations/" + integration["IntegrationId"]
        self._client.create_route(ApiId=api, RouteKey="$default", Target=target)
        answers = self._client.create_route(
            ApiId=api, RouteKey="answer", Target=target, RouteResponseSelectionExpression="$default"
        )
        self._client.create_route_response(ApiId=api, RouteId=answers["RouteId"], RouteResponseKey="$default")
        self._client.create_stage(ApiId=api, StageName="v1", AutoDeploy=True)
        self._url = f"{emulator.endpoint.replace('http', 'ws')}/_aws/execute-api/{api}/v1"

    @contextmanager
    def open(self) -> Iterator[ClientConnection]:
        with connect(self._url) as connection:
            yield connection


def silent(connection: ClientConnection) -> bool:
    """Whether nothing comes."""
    try:
        connection.recv(timeout=SILENCE)
    except TimeoutError:
        return True
    return False


def test_a_handler_s_error_does_not_reach_the_client(bridged: Emulator) -> None:
    with Socket(bridged).open() as connection:
        connection.send("fail")
        told: dict[str, Any] = json.loads(connection.recv(timeout=10))
    assert told["message"] == "Internal server error"
    assert told["connectionId"]
    assert told["requestId"]
    assert "secret" not in json.dumps(told)


def test_only_a_route_with_a_response_answers(bridged: Emulator) -> None:
    message = json.dumps({"action": "answer"})
    with Socket(bridged).open() as connection:
        connection.send("no route of its own")
        assert silent(connection)
        connection.send(message)
        assert connection.recv(timeout=10) == message


def test_a_route_s_function_writes_to_its_log(bridged: Emulator) -> None:
    socket = Socket(bridged)
    with socket.open() as connection:
        connection.send(json.dumps({"action": "answer"}))
        connection.recv(timeout=10)
    events = bridged.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{socket.function}")["events"]
    assert any(event["message"].startswith("heard") for event in events)


@pytest.mark.parametrize("message", ["fail", "no route of its own"])
def test_upstream_still_sends_errors_and_answers_that_no_route_declares(bare: Emulator, message: str) -> None:
    """If this fails, upstream keeps them back: see how much of local/emulator/websocket.py can go."""
    with Socket(bare).open() as connection:
        connection.send(message)
        assert connection.recv(timeout=10) in ("a secret of ours", message)
