"""The dictionary that choreographed orders are played on answers as a fuller model of DynamoDB does."""

import os
from collections.abc import Callable
from random import Random
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.choreography.tables import Tables
from yafdp.kernel.dynamo import Item, to_item

PARTITIONS, CALLS = ("a", "b"), 60
# Others in each run, and the same in all its processes, which have to agree on the names of the tests.
SEEDS = Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))


def items(random: Random) -> Item:
    """An item that a condition may hold for."""
    values = {
        "version": random.randint(1, 3),
        "charge": random.choice(["HELD", "TAKEN"]),
        "stock": random.randint(0, 3),
    }
    return key(random) | to_item(values | {"openShard": "OPEN#1", "dueAt": f"2026-01-0{random.randint(1, 3)}"})


def key(random: Random) -> Item:
    return to_item({"pk": random.choice(PARTITIONS), "sk": random.choice(["STATE", "EVENT#1", "EVENT#2"])})


def put(random: Random) -> dict[str, Any]:
    """A put on one of the conditions that the platform knows."""
    conditions: list[dict[str, Any]] = [
        {"ConditionExpression": "attribute_not_exists(pk)"},
        {"ConditionExpression": "version = :expected", "ExpressionAttributeValues": to_item({":expected": 2})},
        {"ConditionExpression": "charge = :held", "ExpressionAttributeValues": to_item({":held": "HELD"})},
    ]
    return {"TableName": "table", "Item": items(random)} | random.choice(conditions)


def update(random: Random) -> dict[str, Any]:
    """A change of stock."""
    change = random.randint(-2, 2)
    return {
        "TableName": "table",
        "Key": key(random),
        "UpdateExpression": "SET stock = stock + :portions",
        "ConditionExpression": "stock >= :least",
        "ExpressionAttributeValues": to_item({":portions": change, ":least": max(0, -change)}),
    }


def transaction(random: Random) -> dict[str, Any]:
    """Up to three writes, each of another item: DynamoDB takes no two of one."""
    writes = [random.choice([{"Put": put(random)}, {"Update": update(random)}]) for _ in range(3)]
    keyed = {str(keys(next(iter(write.values())))): write for write in writes}
    return {"TransactItems": list(keyed.values())}


def keys(content: dict[str, Any]) -> Item:
    """The key of what a write writes."""
    return {name: (content.get("Key") or content["Item"])[name] for name in ("pk", "sk")}


def query(random: Random) -> dict[str, Any]:
    """Any of the questions that participants ask."""
    events = {":pk": "a", ":first": "EVENT#1", ":last": "EVENT#~"}
    due = {":shard": "OPEN#1", ":now": "2026-01-02"}
    asked: dict[str, Any] = random.choice(
        [
            {"KeyConditionExpression": "pk = :country", "ExpressionAttributeValues": to_item({":country": "b"})},
            {
                "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
                "ExpressionAttributeValues": to_item(events),
                "ConsistentRead": True,
                "Limit": random.randint(1, 2),
            },
            {
                "KeyConditionExpression": "openShard = :shard AND dueAt < :now",
                "ExpressionAttributeValues": to_item(due),
                "IndexName": "by-due-time",
            },
        ]
    )
    return {"TableName": "table"} | asked


def read(random: Random) -> dict[str, Any]:
    return {"TableName": "table", "Key": key(random), "ConsistentRead": True}


CALL: dict[str, Callable[[Random], dict[str, Any]]] = {
    "put_item": put,
    "transact_write_items": transaction,
    "get_item": read,
    "query": query,
}


def answer(tables: Any, name: str, call: dict[str, Any]) -> Any:
    """What a call comes to: its items, or the error and its reasons."""
    try:
        found = getattr(tables, name)(**call) or {}
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return error.response["Error"]["Code"], reasons
    listed = sorted(found.get("Items", []), key=str)
    return found.get("Item"), listed


@pytest.mark.parametrize("seed", [SEEDS.randrange(10**9) for _ in range(3)])
def test_it_answers_as_dynamodb_does(table: str, seed: int) -> None:
    random, ours, theirs = Random(seed), Tables(), boto3.client("dynamodb")
    refused = 0
    for number in range(CALLS):
        name = random.choice(list(CALL))
        call = CALL[name](random)
        expected = answer(theirs, name, call)
        assert answer(ours, name, call) == expected, f"seed {seed}, call {number}: {name} {call}"
        refused += isinstance(expected[0], str)
    assert refused
    for partition in PARTITIONS:
        for sort in ("STATE", "EVENT#1", "EVENT#2"):
            call = {"TableName": "table", "Key": to_item({"pk": partition, "sk": sort}), "ConsistentRead": True}
            assert answer(ours, "get_item", call) == answer(theirs, "get_item", call), f"seed {seed}"


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("query", {"KeyConditionExpression": "begins_with(pk, :a)", "ExpressionAttributeValues": {}}),
        ("put_item", {"Item": to_item({"pk": "a", "sk": "b"}), "ConditionExpression": "size(pk) > :a"}),
    ],
)
def test_what_it_does_not_know_it_refuses(name: str, call: dict[str, Any]) -> None:
    tables = Tables()
    tables.items["table", "a", "b"] = {"pk": "a", "sk": "b"}
    with pytest.raises(AssertionError):
        getattr(tables, name)(TableName="table", **({"ExpressionAttributeValues": {}} | call))
