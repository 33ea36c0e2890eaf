"""Least privilege, read from the template: who may do what to what."""

import pytest

from local.template import referred, resources
from tests.contract import infrastructure as infra
from tests.contract import triggers

TEMPLATE = infra.TEMPLATE
FUNCTIONS = infra.functions(TEMPLATE)
TABLES = resources(TEMPLATE, "AWS::DynamoDB::Table")
STATEMENTS = [statement for statement in infra.statements(TEMPLATE) if statement.allows]
REFUSALS = [statement for statement in infra.statements(TEMPLATE) if not statement.allows]
# Actions that AWS lets nobody narrow to a resource, or that name their object in another way; each with its reason.
WITHOUT_RESOURCE = {
    # A task token is a capability of its own; it does not name its machine, and a machine's ARN would be a cycle.
    **dict.fromkeys(("states:SendTaskSuccess", "states:SendTaskFailure"), "the token is the permission"),
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
        "log delivery has no resource-level permissions",
    ),
    # A phone has no ARN; see below.
    # https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
    "sns:Publish": "a text message goes to a number",
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    **dict.fromkeys(
        ("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
        "subscriptions are no resource type",
    ),
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncomprehend.html
    **dict.fromkeys(
        (
            "comprehend:BatchDetectDominantLanguage",
            "comprehend:BatchDetectEntities",
            "comprehend:DetectEntities",
        ),
        "Comprehend's own models have no ARN",
    ),
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ),
        "X-Ray has no resource-level permissions for writing",
    ),
}


def described(statement: infra.Statement) -> str:
    """A statement's test id."""
    return f"{statement.owner}-{statement.actions[0]}"


@pytest.mark.parametrize("statement", STATEMENTS, ids=described)
def test_no_action_is_a_wildcard(statement: infra.Statement) -> None:
    assert [action for action in statement.actions if "*" in action] == []


@pytest.mark.parametrize("statement", STATEMENTS, ids=described)
def test_only_what_aws_cannot_narrow_is_allowed_on_everything(statement: infra.Statement) -> None:
    if "*" in statement.resources:
        assert set(statement.actions) <= WITHOUT_RESOURCE.keys()
    else:
        assert all(set(referred(resource)) for resource in statement.resources), "names no resource of this template"


def test_who_may_send_text_messages_may_publish_to_no_topic() -> None:
    texting = {
        statement.owner for statement in STATEMENTS if "sns:Publish" in statement.actions and "*" in statement.resources
    }
    assert texting == {"SmsFunction"}
    (refusal,) = [statement for statement in REFUSALS if statement.owner in texting]
    assert refusal.actions == ("sns:Publish",)
    assert refusal.resources == ({"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"},)


def test_every_exception_is_still_needed() -> None:
    used = {action for statement in STATEMENTS if "*" in statement.resources for action in statement.actions}
    assert used == WITHOUT_RESOURCE.keys()


@pytest.mark.parametrize("statement", STATEMENTS, ids=described)
def test_a_table_is_open_to_its_own_service_only(statement: infra.Statement) -> None:
    tables = statement.named & TABLES.keys()
    if tables:
        owner = infra.service(FUNCTIONS[statement.owner])
        assert {infra.owner(TEMPLATE, table) for table in tables} == {owner}


@pytest.mark.parametrize("statement", STATEMENTS, ids=described)
def test_no_function_may_scan_a_table_or_change_infrastructure(statement: infra.Statement) -> None:
    verbs = {action.partition(":")[2] for action in statement.actions if not action.startswith("logs:")}
    assert not [
        verb
        for verb in verbs
        if verb.startswith(("Scan", "Create", "DeleteTable", "Update", "PassRole")) and verb != "UpdateItem"
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_policies_of_its_own_and_none_of_aws_s(name: str) -> None:
    assert all(isinstance(policy, dict) and set(policy) == {"Statement"} for policy in FUNCTIONS[name]["Policies"])


@pytest.mark.parametrize("table", TABLES)
def test_a_table_belongs_to_exactly_one_service(table: str) -> None:
    assert infra.owner(TEMPLATE, table)


def test_the_gateway_may_invoke_exactly_the_functions_of_the_contract() -> None:
    integrated = {function for operation in triggers.operations() for function in operation.functions}
    permissions = resources(TEMPLATE, "AWS::Lambda::Permission")
    permitted = {
        function
        for permission in permissions.values()
        if permission["Principal"] == "apigateway.amazonaws.com"
        for function in referred(permission["FunctionName"])
    }
    assert permitted == integrated
    for name, permission in permissions.items():
        assert permission["Action"] == "lambda:InvokeFunction", name
        assert set(referred(permission["SourceArn"])) == {"RestApi"}, name


@pytest.mark.parametrize("name", resources(TEMPLATE, infra.MACHINE))
def test_a_machine_may_invoke_exactly_what_its_definition_names(name: str) -> None:
    machine = resources(TEMPLATE, infra.MACHINE)[name]
    invoking = {"lambda:InvokeFunction", "states:StartSyncExecution", "states:StartExecution"}
    allowed = {
        target
        for statement in STATEMENTS
        if statement.owner == name and invoking & set(statement.actions)
        for target in statement.named
    }
    named = set(referred(machine["DefinitionSubstitutions"]))
    assert allowed == named & TEMPLATE["Resources"].keys()
