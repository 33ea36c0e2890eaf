"""What is remembered of a policy's or an expression's text never outlives or outranks what is said now."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import start, stop
from tests.emulator.emulator import REGION, Emulator, unique

TRUST = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator that enforces IAM."""
    emulator = start(tmp_path_factory.mktemp("strict"), AUTH="true")
    yield emulator
    stop(emulator)


class Role:
    """A role with one policy, and a client of SQS that acts in it."""

    def __init__(self, emulator: Emulator) -> None:
        self._iam = emulator.client("iam")
        self.name = unique("role")
        arn = self._iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        keys = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        self.sqs = boto3.client(
            "sqs",
            endpoint_url=emulator.endpoint,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def may(self, action: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self._iam.put_role_policy(RoleName=self.name, PolicyName="only", PolicyDocument=document)


def test_a_changed_policy_holds_from_the_next_request_on(strict: Emulator) -> None:
    role = Role(strict)
    for _ in range(2):
        role.may("sqs:ListQueues")
        role.sqs.list_queues()
        role.may("sqs:SendMessage")
        with pytest.raises(ClientError, match="AccessDenied"):
            role.sqs.list_queues()


def test_a_role_does_not_get_the_permissions_of_another(strict: Emulator) -> None:
    allowed, other = Role(strict), Role(strict)
    allowed.may("sqs:ListQueues")
    allowed.sqs.list_queues()
    with pytest.raises(ClientError, match="AccessDenied"):
        other.sqs.list_queues()


@pytest.fixture
def table(bridged: Emulator) -> Any:
    """A table of three items, `n` = 0 to 2."""
    client, name = bridged.client("dynamodb"), unique("table")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for n in range(3):
        client.put_item(TableName=name, Item={"id": {"S": str(n)}, "n": {"N": str(n)}, "m": {"N": str(2 - n)}})

    def scan(expression: str, number: int, attribute: str = "n") -> list[str]:
        answer = client.scan(
            TableName=name,
            FilterExpression=expression,
            ExpressionAttributeNames={"#a": attribute},
            ExpressionAttributeValues={":v": {"N": str(number)}},
        )
        return sorted(item["id"]["S"] for item in answer["Items"])

    return scan


def test_the_same_expression_is_evaluated_with_the_names_and_values_of_each_request(table: Any) -> None:
    assert [table("#a >= :v", number) for number in (1, 2)] == [["1", "2"], ["2"]]
    assert table("#a >= :v", 2, "m") == ["0"]
    assert table("#a >= :v", 1) == ["1", "2"]


def test_an_expression_with_an_error_is_refused_each_time(table: Any) -> None:
    for _ in range(2):
        with pytest.raises(ClientError, match="Invalid FilterExpression"):
            table("#a = = :v", 1)
