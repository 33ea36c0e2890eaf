"""What is remembered of a policy's or an expression's text never outlives or outranks what is said now."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator, unique
from tests.emulator.roles import Role


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
