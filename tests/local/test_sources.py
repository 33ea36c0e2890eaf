"""sources.json ties each deployed function to the directory where its code is edited."""

from pathlib import Path

from local.sources import function_sources, read_template

TEMPLATE = """
Globals:
  Function: {CodeUri: functions/shared}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/own, Role: !GetAtt Role.Arn}
  Shared:
    Type: AWS::Serverless::Function
    Properties: {Layers: [!Ref Layer]}
  NotDeployed:
    Type: AWS::Serverless::Function
    Condition: IsCloud
    Properties: {CodeUri: functions/cloud}
  Table:
    Type: AWS::DynamoDB::Table
"""


def test_each_deployed_function_points_at_its_source_directory(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    deployed = {"Own": "stack-own", "Shared": "stack-shared", "Table": "stack-table"}
    assert function_sources(read_template(path), deployed, tmp_path) == {
        "stack-own": str(tmp_path / "functions/own"),
        "stack-shared": str(tmp_path / "functions/shared"),
    }
