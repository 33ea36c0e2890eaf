"""The REST contract: complete, and of one mind with the code."""

import re
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

from local.settings import ROOT
from tests.contract import triggers
from tests.contract.triggers import Operation
from yafdp.basket import messages as basket
from yafdp.catalog import messages as catalog
from yafdp.catalog import requests as catalog_requests
from yafdp.delivery import messages as delivery
from yafdp.kernel.http import PROBLEM_BASE
from yafdp.kernel.messages import Message, Money, Page, Receipt, Request
from yafdp.kitchen import messages as kitchen
from yafdp.notifications import messages as notifications
from yafdp.ordering import messages as ordering
from yafdp.ordering import views
from yafdp.payments import messages as payments
from yafdp.payments.model import PaymentStatus
from yafdp.posts import messages as posts

CONTRACT = triggers.contract()
OPERATIONS = triggers.operations()
SCHEMAS = CONTRACT["components"]["schemas"]
# The message that takes each body which the contract lets through; the two must agree to the letter.
REQUESTS: dict[str, type[Request]] = {
    "CheckOut": basket.CheckOut,
    "CreatePost": posts.CreatePost,
    "ItemForm": catalog_requests.ItemForm,
    "NewItem": catalog_requests.NewItem,
    "NewRestaurant": catalog_requests.NewRestaurant,
    "NotificationPreferencesForm": notifications.PreferencesForm,
    "PlaceOrder": ordering.PlaceOrder,
    "PutBasketItem": basket.PutItem,
    "RejectTicket": kitchen.RejectTicket,
    "StartShift": delivery.StartShift,
    "RestaurantForm": catalog_requests.RestaurantForm,
    "StockChange": catalog_requests.StockChange,
}
ANSWERS: dict[str, type[Message]] = {
    "Basket": basket.BasketView,
    "Delivery": delivery.DeliveryView,
    "Entities": posts.Entities,
    "DeliveryPage": Page,
    "Item": catalog.Item,
    "KitchenTicket": kitchen.TicketView,
    "Money": Money,
    "NotificationPreferences": notifications.PreferencesView,
    "Order": views.OrderView,
    "OrderEvent": views.EventView,
    "OrderLine": ordering.Line,
    "OrderPage": Page,
    "Post": posts.PostView,
    "PostPage": Page,
    "Payment": payments.PaymentView,
    "PaymentAction": ordering.PaymentAction,
    "PaymentEventReceipt": payments.EventAccepted,
    "Quote": basket.Quote,
    "Reach": notifications.Reach,
    "Receipt": Receipt,
    "Restaurant": catalog.RestaurantView,
    "Shift": delivery.ShiftView,
    "StockLevel": catalog.StockLevel,
    "Ticket": notifications.Ticket,
    "TicketLine": kitchen.TicketLine,
    "TicketPage": Page,
    "TopicSubscription": posts.SubscriptionView,
    "TopicSubscriptionPage": Page,
}
FORM = "application/x-www-form-urlencoded"
# Operations whose requests bear a signature instead of a token.
SIGNED = {"receivePaymentEvent"}
# What a struct's JSON Schema says beside what a request may look like.
NOT_A_LIMIT = {"title", "description", "default", "example", "nullable", "format", "additionalProperties"}


def operation_id(operation: Operation) -> str:
    """A parameter's test id."""
    return operation.name


def limits(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema without words and references: only what it lets through."""
    if isinstance(schema, list):
        return [limits(element, definitions) for element in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return limits(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return limits(options[0], definitions)
    kept = {key: value for key, value in schema.items() if key not in NOT_A_LIMIT}
    found = {key: limits(value, definitions) for key, value in kept.items() if key != "properties"}
    if "properties" in kept:
        found["properties"] = {name: limits(field, definitions) for name, field in kept["properties"].items()}
    if "enum" in found:
        found |= {"type": "string", "enum": sorted(found["enum"])}
    if "required" in found:
        found["required"] = sorted(found["required"])
    return found


def test_the_contract_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(CONTRACT).iter_errors()] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_an_operation_has_a_name_a_summary_and_one_function_behind_it(operation: Operation) -> None:
    content = operation.content
    assert re.fullmatch(r"[a-z][A-Za-z]+", content["operationId"])
    assert content["summary"]
    assert len(content["tags"]) == 1
    assert len(operation.functions) == 1
    integration = content["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")


def test_operations_are_named_apart() -> None:
    names = [operation.content["operationId"] for operation in OPERATIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_an_operation_says_how_it_refuses(operation: Operation) -> None:
    refusals = {status for status in operation.content["responses"] if status.startswith("4")}
    assert refusals
    for status in refusals:
        assert operation.content["responses"][status] == {"$ref": "#/components/responses/Problem"}
    asks_who = bool(operation.content.get("security")) or operation.content["operationId"] in SIGNED
    assert ("401" in refusals) == asks_who


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_an_operation_has_each_parameter_of_its_path(operation: Operation) -> None:
    item = CONTRACT["paths"][operation.path]
    stated = [*item.get("parameters", []), *operation.content.get("parameters", [])]
    known = CONTRACT["components"]["parameters"]
    resolved = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in stated]
    in_path = {one["name"] for one in resolved if one["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\+?\}", operation.path))
    assert all(one["required"] for one in resolved if one["in"] == "path")


def test_every_body_has_a_message_that_takes_it() -> None:
    # Forms are those of the old system's clients: the contract lets all of them through, and the function answers.
    bodies = [body for body in _bodies() if FORM not in body["content"]]
    assert all(body["required"] for body in bodies)
    references = [content["schema"]["$ref"] for body in bodies for content in body["content"].values()]
    assert {reference.rpartition("/")[2] for reference in references} == REQUESTS.keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_body_s_schema_and_its_message_let_the_same_through(name: str) -> None:
    of_code = msgspec.json.schema(REQUESTS[name])
    assert limits(SCHEMAS[name], SCHEMAS) == limits(of_code, of_code["$defs"])
    assert SCHEMAS[name]["additionalProperties"] is False


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_s_schema_and_its_message_have_the_same_fields(name: str) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(ANSWERS[name])}
    assert SCHEMAS[name]["properties"].keys() == fields.keys()
    must_be_there = {field for field, info in fields.items() if info.required}
    assert set(SCHEMAS[name].get("required", ())) >= must_be_there - _nullable(name)


def test_states_and_coordinations_are_those_of_the_code() -> None:
    assert SCHEMAS["OrderStatus"]["enum"] == [status.value for status in ordering.Status]
    assert SCHEMAS["Payment"]["properties"]["status"]["enum"] == [status.value for status in PaymentStatus]
    coordinations = [coordination.value for coordination in ordering.Coordination]
    assert SCHEMAS["Order"]["properties"]["coordination"]["enum"] == coordinations
    assert SCHEMAS["PlaceOrder"]["properties"]["coordination"]["enum"] == coordinations


def test_the_idempotency_key_has_the_code_s_length() -> None:
    (place,) = [operation for operation in OPERATIONS if operation.content["operationId"] == "placeOrder"]
    (key,) = [one for one in place.content["parameters"] if one.get("name") == "Idempotency-Key"]
    assert key["schema"] == {"type": "string", "minLength": 1, "maxLength": ordering.MAX_KEY_LENGTH}


def test_the_gateway_s_own_problems_look_like_ours() -> None:
    for name, response in CONTRACT["x-amazon-apigateway-gateway-responses"].items():
        (content,) = response["responseTemplates"].values()
        assert f'"type":"{PROBLEM_BASE}' in content, name
        assert '"title":"' in content, name
        content_type = response["responseParameters"]["gatewayresponse.header.Content-Type"]
        assert content_type == "'application/problem+json'", name
        stated = re.search(r'"status":(\d+)', content)
        assert stated is None or int(stated[1]) == response["statusCode"], name


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # SAM warns itself
def test_sam_local_would_serve_the_contract_s_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    stacks, _ = SamLocalStackProvider.get_stacks(str(ROOT / "template.yaml"))
    routes = {
        (f"{method} {route.path}", route.function_name)
        for route in ApiProvider(stacks).api.routes
        for method in route.methods
    }
    assert routes == {(operation.name, function) for operation in OPERATIONS for function in operation.functions}


def _bodies() -> list[dict[str, Any]]:
    return [operation.content["requestBody"] for operation in OPERATIONS if "requestBody" in operation.content]


def _nullable(name: str) -> set[str]:
    """Fields that the contract lets be absent or null alike."""
    return {field for field, schema in SCHEMAS[name]["properties"].items() if schema.get("nullable")}
