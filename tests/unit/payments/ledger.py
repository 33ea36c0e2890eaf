"""The sandbox gateway's ledger, as its operator would look at it."""

import boto3

KEY = {"pk": {"S": "SANDBOX#o"}, "sk": {"S": "CHARGE"}}


def charge() -> str | None:
    """The state of the order's charge; None if the gateway never heard of it."""
    found = boto3.client("dynamodb").get_item(TableName="table", Key=KEY)
    return found["Item"]["charge"]["S"] if "Item" in found else None


def forget() -> None:
    """As if the gateway had never heard of the order."""
    boto3.client("dynamodb").delete_item(TableName="table", Key=KEY)


def put(standing: str) -> None:
    """As if something happened at the gateway: the charge stands elsewhere now."""
    boto3.client("dynamodb").update_item(
        TableName="table",
        Key=KEY,
        UpdateExpression="SET charge = :standing",
        ExpressionAttributeValues={":standing": {"S": standing}},
    )
