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
