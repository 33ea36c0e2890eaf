"""A REST API made from an OpenAPI document keeps all of it."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.emulator.emulator import REGION, Emulator, eventually, unique

PROBLEM = json.dumps(
    {
        "title": "$context.error.responseType",
        "status": 400,
        "detail": "$context.error.validationErrorString",
        "instance": "$context.requestId",
    }
)
ITEM = {
    "type": "object",
    "required": ["itemId", "quantity"],
    "properties": {"itemId": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}},
}
ORDER = {
    "type": "object",
    "required": ["items"],
    "properties": {"items": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Item"}}},
}
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": '{"reached": true}'}}},
}
PREFLIGHT = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 204}'},
    "responses": {
        "default": {
            "statusCode": "204",
            "responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'https://example.com'"},
        }
    },
}


def document(queue_arn: str, function_arn: str) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
    function_uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}/invocations"
    account, name = queue_arn.split(":")[4:]
    return {
        "openapi": "3.0.1",
        "info": {"title": "test", "version": "1"},
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_BODY": {
                "statusCode": 400,
                "responseTemplates": {"application/json": PROBLEM},
                "responseParameters": {
                    "gatewayresponse.header.Content-Type": "'application/problem+json'",
                    "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                },
            },
            "MISSING_AUTHENTICATION_TOKEN": {
                "statusCode": 404,
                "responseTemplates": {"application/json": '{"title": "Not found"}'},
            },
        },
        "components": {
            "schemas": {"Item": ITEM, "Order": ORDER},
            "parameters": {"Limit": {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}},
        },
        "paths": {
            "/orders": {
                "post": {"requestBody": body, "x-amazon-apigateway-integration": MOCK},
                "get": {
                    "parameters": [{"$ref": "#/components/parameters/Limit"}],
                    "x-amazon-apigateway-integration": MOCK,
                },
                "options": {"x-amazon-apigateway-integration": PREFLIGHT},
            },
            "/queue": {
                "post": {
                    "x-amazon-apigateway-integration": {
                        "type": "aws",
                        "httpMethod": "POST",
                        "uri": f"arn:aws:apigateway:{REGION}:sqs:path/{account}/{name}",
                        "requestParameters": {
                            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
                        },
                        "requestTemplates": {"application/json": "Action=SendMessage&MessageBody=$input.body"},
                        "responses": {"default": {"statusCode": "202"}},
                    }
                }
            },
            "/anything": {
                "x-amazon-apigateway-any-method": {
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "uri": function_uri,
                    }
                }
            },
        },
    }


@dataclass(frozen=True)
class Response:
    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Call = Callable[..., Response]


@dataclass(frozen=True)
class Api:
    """A deployed API and the queue behind `/queue`."""

    id: str
    call: Call
    queue: str


def deploy(emulator: Emulator) -> Api:
    """Deploy the document by CloudFormation, as SAM does."""
    url, queue_arn = emulator.queue()
    code = "def handler(event, context):\n    return {'statusCode': 200, 'body': event['httpMethod']}\n"
    function_arn = emulator.function_arn(emulator.function(code))
    template = {
        "Resources": {
            "Api": {
                "Type": "AWS::ApiGateway::RestApi",
                "Properties": {"Body": document(queue_arn, function_arn)},
            },
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
            },
        },
        "Outputs": {"Id": {"Value": {"Ref": "Api"}}},
    }
    stack, formation = unique("api"), emulator.client("cloudformation")
    formation.create_stack(StackName=stack, TemplateBody=json.dumps(template))

    def outputs() -> Any:
        described = formation.describe_stacks(StackName=stack)["Stacks"][0]
        assert "ROLLBACK" not in described["StackStatus"], described
        return described["StackStatus"] == "CREATE_COMPLETE" and described["Outputs"]

    identifier = eventually(outputs)[0]["OutputValue"]
    root = f"{emulator.endpoint}/restapis/{identifier}/v1/_user_request_"

    def call(method: str, path: str, body: Any = None) -> Response:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(root + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Response(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.headers, error.read().decode())

    return Api(identifier, call, url)


@pytest.fixture(scope="module")
def api(bridged: Emulator) -> Api:
    return deploy(bridged)


@pytest.fixture(scope="module")
def bare_api(bare: Emulator) -> Api:
    return deploy(bare)


def test_a_valid_body_reaches_the_integration(api: Api) -> None:
    answer = api.call("POST", "/orders", {"items": [{"itemId": "a", "quantity": 1}]})
    assert (answer.status, answer.json) == (200, {"reached": True})


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"items": [{"itemId": "a", "quantity": "two"}]}, "/items/0/quantity: 'two' is not of type 'integer'"),
        ({"items": [{"itemId": 'say "hi"', "quantity": 0}]}, "/items/0/quantity: 0 is less than the minimum of 1"),
        ({}, "'items' is a required property"),
        (b"not json", "the request body is not JSON"),
        (None, "the request body is missing"),
    ],
)
def test_an_invalid_body_is_refused_with_the_field_at_fault(api: Api, body: Any, detail: str) -> None:
    answer = api.call("POST", "/orders", body)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert detail in answer.json["detail"]
    assert answer.json["title"] == "BAD_REQUEST_BODY"
    assert answer.json["instance"] == answer.headers["x-amzn-requestid"]


def test_quotes_in_a_finding_leave_the_answer_valid_json(api: Api) -> None:
    answer = api.call("POST", "/orders", {"items": [{"itemId": "a", "quantity": 'say "hi"'}]})
    assert 'say "hi"' in answer.json["detail"]


def test_a_missing_required_parameter_is_refused(api: Api) -> None:
    answer = api.call("GET", "/orders")
    assert answer.status == 400
    assert "limit" in answer.text
    assert api.call("GET", "/orders?limit=1").status == 200


def test_an_unknown_path_gets_the_gateway_response_that_the_document_declares(api: Api) -> None:
    answer = api.call("GET", "/nowhere")
    assert (answer.status, answer.json) == (404, {"title": "Not found"})


def test_validators_and_models_keep_their_names(api: Api, bridged: Emulator) -> None:
    gateway = bridged.client("apigateway")
    assert [validator["name"] for validator in gateway.get_request_validators(restApiId=api.id)["items"]] == ["all"]
    assert {model["name"] for model in gateway.get_models(restApiId=api.id)["items"]} == {"Item", "Order"}


def test_a_preflight_gets_its_headers(api: Api) -> None:
    answer = api.call("OPTIONS", "/orders")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "https://example.com")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_any_method_is_any_method(api: Api, method: str) -> None:
    assert api.call(method, "/anything").text == method


def test_a_request_reaches_the_queue_that_its_path_is_integrated_with(api: Api, bridged: Emulator) -> None:
    assert api.call("POST", "/queue", {"n": 1}).status == 202
    assert [json.loads(body) for body in bridged.receive(api.queue)] == [{"n": 1}]


def test_upstream_still_drops_request_validators(bare_api: Api) -> None:
    """If this fails, upstream imports validators: see how much of local/emulator/rest_import.py can go."""
    assert bare_api.call("POST", "/orders", {}).status == 200


def test_upstream_still_drops_gateway_responses(bare_api: Api) -> None:
    """If this fails, upstream imports gateway responses: see how much of local/emulator/rest_import.py can go."""
    assert bare_api.call("GET", "/nowhere").status == 403


def test_upstream_still_drops_any_methods(bare_api: Api) -> None:
    """If this fails, upstream imports `any`: see how much of local/emulator/rest_import.py can go."""
    assert bare_api.call("GET", "/anything").status == 403
