"""A template's properties take effect."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import ROLE, Emulator, eventually, unique


def deploy(emulator: Emulator, **resources: Any) -> str:
    """Deploy a template of these resources; returns the stack's name. Raises AssertionError if the stack fails."""
    formation, stack = emulator.client("cloudformation"), unique("stack")
    formation.create_stack(StackName=stack, TemplateBody=json.dumps({"Resources": resources}))

    def complete() -> bool:
        described = formation.describe_stacks(StackName=stack)["Stacks"][0]
        assert "ROLLBACK" not in described["StackStatus"], described
        return bool(described["StackStatus"] == "CREATE_COMPLETE")

    eventually(complete)
    return stack


def table(name: str) -> dict[str, Any]:
    """A table whose items expire."""
    key = {"AttributeName": "id"}
    properties = {
        "TableName": name,
        "AttributeDefinitions": [key | {"AttributeType": "S"}],
        "KeySchema": [key | {"KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": "true"},
    }
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties}


def function(name: str, **properties: Any) -> dict[str, Any]:
    """A function that answers after a second."""
    code = "import time\ndef handler(event, context):\n    time.sleep(1)\n"
    properties |= {"FunctionName": name, "Runtime": "python3.13", "Handler": "index.handler", "Role": ROLE}
    return {"Type": "AWS::Lambda::Function", "Properties": properties | {"Code": {"ZipFile": code}}}


def _expiry(emulator: Emulator) -> dict[str, Any]:
    name = unique("table")
    deploy(emulator, Table=table(name))
    answer = emulator.client("dynamodb").describe_time_to_live(TableName=name)
    described: dict[str, Any] = answer["TimeToLiveDescription"]
    return described


def test_a_table_has_the_time_to_live_of_its_template(bridged: Emulator) -> None:
    assert _expiry(bridged) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}


def test_upstream_still_ignores_a_time_to_live_in_a_template(bare: Emulator) -> None:
    """If this fails, upstream applies it: then delete local/emulator/table_ttl.py."""
    assert _expiry(bare)["TimeToLiveStatus"] == "DISABLED"


def _invoke_asynchronously(emulator: Emulator, name: str) -> None:
    emulator.client("lambda").invoke(FunctionName=name, InvocationType="Event")


def test_a_function_runs_no_more_often_at_once_than_its_template_reserves(bridged: Emulator) -> None:
    name = unique("function")
    deploy(bridged, Function=function(name, ReservedConcurrentExecutions=1))
    _invoke_asynchronously(bridged, name)

    def refused() -> bool:
        try:
            bridged.invoke(name)
        except ClientError as error:
            return error.response["Error"]["Code"] == "TooManyRequestsException"
        return False

    assert eventually(refused)


def test_upstream_still_ignores_reserved_concurrency_in_a_template(bare: Emulator) -> None:
    """If this fails, upstream applies it: then delete local/emulator/reserved_concurrency.py."""
    name = unique("function")
    deploy(bare, Function=function(name, ReservedConcurrentExecutions=1))
    assert "ReservedConcurrentExecutions" not in bare.client("lambda").get_function_concurrency(FunctionName=name)


def _archive(name: str) -> dict[str, Any]:
    source = "arn:aws:events:eu-central-1:000000000000:event-bus/default"
    properties = {"ArchiveName": name, "SourceArn": source, "EventPattern": {"source": ["yafdp"]}, "RetentionDays": 7}
    return {"Type": "AWS::Events::Archive", "Properties": properties}


def test_a_template_can_have_an_archive_and_its_deletion_takes_the_archive_along(bridged: Emulator) -> None:
    name, events = unique("archive"), bridged.client("events")
    stack = deploy(bridged, Archive=_archive(name))
    described = events.describe_archive(ArchiveName=name)
    assert (json.loads(described["EventPattern"]), described["RetentionDays"]) == ({"source": ["yafdp"]}, 7)
    bridged.client("cloudformation").delete_stack(StackName=stack)
    eventually(lambda: name not in [a["ArchiveName"] for a in events.list_archives()["Archives"]])


def test_upstream_still_refuses_an_archive_in_a_template(bare: Emulator) -> None:
    """If this fails, upstream has the type: then delete local/emulator/event_archive.py."""
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        deploy(bare, Archive=_archive(unique("archive")))
