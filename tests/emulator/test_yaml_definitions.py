"""A template can name a state machine's definition in YAML."""

from tests.emulator.emulator import ROLE, Emulator, eventually, unique
from tests.emulator.test_cloudformation import deploy

DEFINITION = """
QueryLanguage: JSONata
StartAt: Tell
States:
  Tell: {Type: Pass, Output: "${Word}", End: true}
"""


def _run(emulator: Emulator) -> str:
    """The status in which an execution of the deployed machine ends."""
    bucket, name = unique("bucket"), unique("machine")
    emulator.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    emulator.client("s3").put_object(Bucket=bucket, Key="machine.asl.yaml", Body=DEFINITION.encode())
    properties = {
        "StateMachineName": name,
        "RoleArn": ROLE,
        "DefinitionS3Location": {"Bucket": bucket, "Key": "machine.asl.yaml"},
        "DefinitionSubstitutions": {"Word": "hello"},
    }
    deploy(emulator, Machine={"Type": "AWS::StepFunctions::StateMachine", "Properties": properties})
    states = emulator.client("stepfunctions")
    arn = next(m["stateMachineArn"] for m in states.list_state_machines()["stateMachines"] if m["name"] == name)
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]

    def ended() -> str | None:
        status: str = states.describe_execution(executionArn=execution)["status"]
        return None if status == "RUNNING" else status

    return eventually(ended) or ""


def test_a_definition_in_yaml_runs(bridged: Emulator) -> None:
    assert _run(bridged) == "SUCCEEDED"


def test_upstream_still_fails_executions_of_a_definition_in_yaml(bare: Emulator) -> None:
    """If this fails, upstream reads YAML: then delete local/emulator/yaml_definitions.py."""
    assert _run(bare) == "FAILED"
