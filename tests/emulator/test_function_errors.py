"""A function that fails behind a REST API fails without a word to the client."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.emulator.emulator import REGION, Emulator, unique

RAISES = "def handler(event, context):\n    raise RuntimeError('the password is swordfish')\n"
CANNOT_START = "raise RuntimeError('the password is swordfish')\n"
ITS_OWN = "def handler(event, context):\n    return {'statusCode': 502, 'body': 'mine'}\n"


def api_before(emulator: Emulator, function: str, default: dict[str, Any] | None = None) -> str:
    """The address of a new API whose POST is a function; `default` is its DEFAULT_5XX gateway response."""
    gateway = emulator.client("apigateway")
    api = gateway.create_rest_api(name=unique("api"))["id"]
    root = {"restApiId": api, "resourceId": gateway.get_resources(restApiId=api)["items"][0]["id"]}
    gateway.put_method(**root, httpMethod="POST", authorizationType="NONE")
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{emulator.function_arn(function)}/invocations"
    gateway.put_integration(**root, httpMethod="POST", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    if default:
        gateway.put_gateway_response(restApiId=api, responseType="DEFAULT_5XX", **default)
    gateway.create_deployment(restApiId=api, stageName="v1")
    return f"{emulator.endpoint}/restapis/{api}/v1/_user_request_/"


def post_to(address: str) -> tuple[int, str]:
    """Status and body of a POST."""
    request = urllib.request.Request(address, b"{}", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def post(emulator: Emulator, code: str, default: dict[str, Any] | None = None) -> tuple[int, str]:
    """Status and body of a POST to a new API before a function of this code."""
    return post_to(api_before(emulator, emulator.function(code), default))


@pytest.mark.parametrize("code", [RAISES, CANNOT_START])
def test_the_client_learns_that_it_failed_and_nothing_else(bridged: Emulator, code: str) -> None:
    status, body = post(bridged, code)
    assert (status, json.loads(body)) == (502, {"message": "Internal server error"})


def test_the_api_s_own_gateway_response_is_used_and_the_status_stays(bridged: Emulator) -> None:
    template = {"application/json": '{"title": "Temporarily unavailable"}'}
    assert post(bridged, RAISES, {"responseTemplates": template}) == (502, template["application/json"])


def test_the_gateway_response_s_own_status_wins(bridged: Emulator) -> None:
    assert post(bridged, RAISES, {"statusCode": "503"})[0] == 503


def test_what_a_function_says_itself_is_passed_on(bridged: Emulator) -> None:
    assert post(bridged, ITS_OWN) == (502, "mine")


def test_upstream_still_tells_clients_about_errors(bare: Emulator) -> None:
    """If this fails, upstream keeps errors to itself: see whether local/emulator/function_errors.py is still needed."""
    assert "swordfish" in post(bare, RAISES)[1]
