"""A table that a template gives a time to live has one.

MiniStack 1.5.33 ignores a table's TimeToLiveSpecification; through its API it can be set, and then items go within a
minute of their time. The bridge sets it after CloudFormation has created or updated the table.
Left as it is: MiniStack writes no REMOVE record to the stream for an item that has expired, AWS does.
"""

from ministack.services import dynamodb

from local.emulator.provisioning import Properties, also, is_true


def _apply(table: str, properties: Properties) -> None:
    wanted = properties.get("TimeToLiveSpecification")
    if not wanted:
        dynamodb._ttl_settings.pop(table, None)
        return
    settings = {"Enabled": is_true(wanted.get("Enabled")), "AttributeName": wanted.get("AttributeName", "")}
    status, _, body = dynamodb._update_ttl({"TableName": table, "TimeToLiveSpecification": settings})
    if status >= 400:
        raise ValueError(f"AWS::DynamoDB::Table TimeToLiveSpecification: {body.decode()}")


def install() -> None:
    """Apply the property at creation and at update."""
    also("AWS::DynamoDB::Table", _apply)
