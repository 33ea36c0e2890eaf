"""What a function's container is told: the deployed names, where the emulator is, and its own role."""

import boto3
import pytest
from botocore.exceptions import ClientError

from local.sam_local import template
from local.sam_local.template import Variables
from local.settings import Settings
from local.stack import Stack, resources

ENDPOINT = "http://192.0.2.1:9999"  # RFC 5737: as a container would see the emulator
STRIPE = "http://192.0.2.1:9998"  # and Stripe's stand-in
FUNCTION = "PlaceOrderFunction"
# What functions only write into answers and mails, or compare with: it is a browser on this machine that goes there.
FOR_BROWSERS = {"ALLOWED_ORIGINS", "PAGES_URL", "WEBSOCKET_URL"}


@pytest.fixture
def variables(platform_settings: Settings) -> Variables:
    """The environment of the function that places orders."""
    deployed = {FUNCTION: resources(platform_settings)[FUNCTION]}
    return template.environment(platform_settings, deployed, ENDPOINT, STRIPE)[FUNCTION]


def test_names_are_those_of_the_deployed_stack(variables: Variables, deployed: Stack) -> None:
    assert variables["ORDERS_TABLE"] == deployed.outputs["OrdersTable"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == "ordering"


def test_every_address_that_a_function_calls_is_one_that_a_container_reaches(platform_settings: Settings) -> None:
    physical = resources(platform_settings)
    deployed = {name: physical[name] for name in template.built_functions(platform_settings)}
    told = template.environment(platform_settings, deployed, ENDPOINT, STRIPE)
    assert told[FUNCTION]["ORDER_QUEUE_URL"].startswith(f"{ENDPOINT}/")
    assert told["PaymentsFunction"]["STRIPE_URL"] == STRIPE
    assert {variables["AWS_ENDPOINT_URL"] for variables in told.values()} == {ENDPOINT}
    of_this_machine = {
        variable
        for variables in told.values()
        for variable, value in variables.items()
        if "127.0.0.1" in value or "localhost" in value
    }
    assert of_this_machine == FOR_BROWSERS


def test_a_container_may_do_what_the_functions_role_may_and_no_more(variables: Variables, deployed: Stack) -> None:
    session = boto3.session.Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=variables["AWS_SESSION_TOKEN"],
        region_name=deployed.region,
    )
    dynamodb = session.client("dynamodb", endpoint_url=deployed.endpoint)
    key = {"pk": {"S": "ORDER#none"}, "sk": {"S": "STATE"}}
    assert "Item" not in dynamodb.get_item(TableName=deployed.outputs["OrdersTable"], Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.get_item(TableName=deployed.outputs["PaymentsTable"], Key=key)


def test_the_template_copy_names_every_variable_and_puts_the_stand_in_at_the_cognito_authorizers_place(
    platform_settings: Settings, variables: Variables
) -> None:
    copied = template.copy(platform_settings, {FUNCTION: variables})
    declared = copied["Resources"][FUNCTION]["Properties"]["Environment"]["Variables"]
    assert declared.keys() == variables.keys()
    contract = copied["Resources"]["RestApi"]["Properties"]["DefinitionBody"]
    authorizer = contract["components"]["securitySchemes"]["customer"]["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "token"
    assert template.AUTHORIZER in authorizer["authorizerUri"]["Fn::Sub"]
