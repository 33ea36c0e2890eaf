"""Every sample event is of the kind by which its function is invoked, and is shaped as AWS shapes it."""

import json
from typing import Any

import pytest

from local.catalogue import consumers
from local.template import Template
from tests.contract import samples, schemas, triggers
from tests.contract.samples import Sample
from tests.contract.triggers import Trigger

SAMPLES = samples.all_samples()
DEMO_CUSTOMER = "c0ffee00-0000-4000-8000-000000000001"
DEMO_STAFF = "c0ffee00-0000-4000-8000-000000000003"
DEMO_COURIER = "c0ffee00-0000-4000-8000-000000000004"
DEMO_ADMIN = "c0ffee00-0000-4000-8000-000000000005"
DEMO_ORDERS = {
    "62c8c7aa-618d-54b6-960b-a1fa9c0db274",  # derived from the demo customer and the Idempotency-Key in place_order
    "0b3f2c1d-7a55-5c1e-9f60-5d1f0e6a7b11",  # what the demo customer's basket becomes
}
QUEUE_RECORD = {
    "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody", "eventSource",
    "eventSourceARN", "awsRegion",
}  # fmt: skip
STREAM_RECORD = {"eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"}
REQUEST = {
    "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "requestContext",
    "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body", "isBase64Encoded",
}  # fmt: skip
REQUEST_CONTEXT = {
    "accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "identity", "path",
    "protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage",
}  # fmt: skip
BUS_EVENT = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
SOCKET_CONTEXT = {
    "routeKey", "eventType", "extendedRequestId", "requestTime", "messageDirection", "stage", "connectedAt",
    "requestTimeEpoch", "identity", "requestId", "domainName", "connectionId", "apiId",
}  # fmt: skip


def kind(event: Any) -> Trigger:
    """What an event would have come from. Raises AssertionError unless it is complete, as AWS sends it."""
    match event:
        case {"Records": [{"eventSource": "aws:sqs"}, *_] as records}:
            return _queue(records)
        case {"Records": [{"eventSource": "aws:dynamodb"}, *_] as records}:
            return _stream(records)
        case {"type": "REQUEST", "methodArn": _, "requestContext": {"eventType": "CONNECT"}}:
            return Trigger("authorizer")
        case {"requestContext": {"eventType": _, "routeKey": route, **rest}}:
            assert (SOCKET_CONTEXT | {"authorizer"}) - rest.keys() == {"eventType", "routeKey"}
            return Trigger("route", route)
        case {"httpMethod": method, "resource": resource, "requestContext": context}:
            assert event.keys() == REQUEST
            assert context.keys() - {"authorizer"} == REQUEST_CONTEXT
            assert (context["httpMethod"], context["resourcePath"]) == (method, resource)
            return Trigger("rest", f"{method} {resource}")
        case {"correlationId": _, "causationId": _, "command": {"name": _}}:
            return Trigger("task")
        case {"correlationId": _, "causationId": _, "command": _}:
            return Trigger("call")
    raise AssertionError(f"no trigger of ours sends {json.dumps(event)[:200]}")


@pytest.mark.parametrize("name", samples.directories())
def test_each_way_to_a_function_has_a_sample_and_each_sample_comes_by_such_a_way(name: str, template: Template) -> None:
    ways = triggers.of_directory(template, name)
    found = {kind(sample.event) for sample in SAMPLES if sample.function == name}
    if "stream" in {way.kind for way in ways}:
        # One code for the streams of all services: a sample of one is enough.
        assert found <= ways
        assert found
    else:
        assert found == ways


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_all_samples_tell_of_the_demo_customer_s_orders(sample: Sample) -> None:
    assert {value for key, value in _scalars(sample.event) if key == "orderId"} <= DEMO_ORDERS
    subjects = {value for key, value in _scalars(sample.event) if key in {"sub", "customerId", "userId"}}
    known = {DEMO_CUSTOMER, DEMO_STAFF, DEMO_COURIER, DEMO_ADMIN}
    assert subjects <= known or sample.name == "orders/get_order_of_somebody_else"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_request_that_needs_a_token_carries_its_claims(sample: Sample) -> None:
    for operation in triggers.operations():
        if kind(sample.event) == Trigger("rest", operation.name):
            claims = sample.event["requestContext"].get("authorizer", {}).get("claims", {})
            assert bool(operation.content.get("security")) == ("sub" in claims)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_an_event_in_a_queue_came_through_its_rule_and_is_valid_unless_it_is_refused(
    sample: Sample, template: Template
) -> None:
    feeding = [consumer for consumer in consumers(template) if kind(sample.event) == Trigger("queue", consumer.queue)]
    bodies = {record["messageId"]: record["body"] for record in sample.event.get("Records", []) if feeding}
    events = {key: json.loads(body) for key, body in bodies.items() if '"detail-type"' in body}
    for message_id, event in events.items():
        assert event.keys() == BUS_EVENT
        assert any(consumer.hears(event["source"], event["detail-type"]) for consumer in feeding)
        service = event["source"].removeprefix("yafdp.")
        refused = {failure["itemIdentifier"] for failure in sample.expected["answer"]["batchItemFailures"]}
        wrong = schemas.errors(f"{service}/{event['detail-type']}", event["detail"])
        assert bool(wrong) == (message_id in refused), wrong


def _queue(records: list[dict[str, Any]]) -> Trigger:
    queues = {record["eventSourceARN"].rpartition(":")[2].split("-")[-2] for record in records}
    assert len(queues) == 1, f"one batch, one queue: {queues}"
    assert all(record.keys() == QUEUE_RECORD for record in records)
    return Trigger("queue", queues.pop())


def _stream(records: list[dict[str, Any]]) -> Trigger:
    tables = {record["eventSourceARN"].partition("table/")[2].partition("/")[0].split("-")[-2] for record in records}
    assert len(tables) == 1, f"one batch, one table: {tables}"
    assert all(record.keys() == STREAM_RECORD for record in records)
    return Trigger("stream", tables.pop())


def _scalars(value: Any) -> list[tuple[str, Any]]:
    """Every key with a plain value, at any depth, also in the JSON of a body."""
    if isinstance(value, list):
        return [pair for element in value for pair in _scalars(element)]
    if not isinstance(value, dict):
        return []
    found: list[tuple[str, Any]] = []
    for key, element in value.items():
        inner = json.loads(element) if key == "body" and str(element).startswith("{") else element
        found += _scalars(inner) if isinstance(inner, dict | list) else [(key, inner)]
    return found
