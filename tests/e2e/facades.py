"""REST APIs made from a text of the contract, beside the platform's own: the same functions behind another gateway."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import yaml

from local import stack
from local.settings import ROOT, Settings
from local.template import Template, load
from tests.emulator.emulator import eventually, unique

CONTRACT = (ROOT / "api/openapi.yaml").read_text()
_IN_SUB = re.compile(r"\$\{(\w+)\.Arn\}")
_GET_ATT = re.compile(r"\{'Fn::GetAtt': \[(\w+), Arn\]\}")


@asynccontextmanager
async def facade(settings: Settings, legacy_base_url: str, contract: str = CONTRACT) -> AsyncIterator[str]:
    """The address of an API of this contract, as CloudFormation makes it with this `LegacyBaseUrl`."""
    formation, name = stack.client(settings, "cloudformation"), unique("facade")
    body = await asyncio.to_thread(_template, settings, contract)
    parameters = [{"ParameterKey": "LegacyBaseUrl", "ParameterValue": legacy_base_url}]
    address = await asyncio.to_thread(_uploaded, settings, name, body)
    await asyncio.to_thread(formation.create_stack, StackName=name, TemplateURL=address, Parameters=parameters)
    try:
        identifier = await asyncio.to_thread(eventually, lambda: _created(formation, name))
        yield f"{settings.endpoint}/restapis/{identifier}/v1/_user_request_"
    finally:
        await asyncio.to_thread(formation.delete_stack, StackName=name)


def _uploaded(settings: Settings, name: str, template: Template) -> str:
    """The address of the template in a bucket: it is too long to be passed on in the call."""
    s3 = stack.client(settings, "s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": settings.region})
    s3.put_object(Bucket=name, Key="template.json", Body=json.dumps(template).encode())
    return f"{settings.endpoint}/{name}/template.json"


def _created(formation: Any, name: str) -> str | None:
    described = formation.describe_stacks(StackName=name)["Stacks"][0]
    assert "ROLLBACK" not in described["StackStatus"], described
    if described["StackStatus"] != "CREATE_COMPLETE":
        return None
    identifier: str = described["Outputs"][0]["OutputValue"]
    return identifier


def _template(settings: Settings, contract: str) -> Template:
    """The contract as an API, with the platform's own parameter and condition; what else it names is looked up."""
    whole, found = load(ROOT / "template.yaml"), _arns(settings)
    for arn in (_IN_SUB, _GET_ATT):
        contract = arn.sub(lambda match: found[match[1]], contract)
    api = {"Name": "facade", "Body": yaml.safe_load(contract)}
    deployment = {"RestApiId": {"Ref": "Api"}}
    return {
        "Parameters": {"LegacyBaseUrl": whole["Parameters"]["LegacyBaseUrl"]},
        "Conditions": {"HasLegacySystem": whole["Conditions"]["HasLegacySystem"]},
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": api},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": deployment},
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": deployment | {"StageName": "v1", "DeploymentId": {"Ref": "Deployment"}},
            },
        },
        "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
    }


def _arns(settings: Settings) -> dict[str, str]:
    """The ARNs of the platform's functions and its user pool, by logical id."""
    lambdas = stack.client(settings, "lambda").get_paginator("list_functions").paginate()
    by_name = {function["FunctionName"]: function["FunctionArn"] for page in lambdas for function in page["Functions"]}
    physical = stack.resources(settings)
    pools = stack.client(settings, "cognito-idp")
    pool: str = pools.describe_user_pool(UserPoolId=physical["UserPool"])["UserPool"]["Arn"]
    found = {logical: by_name[name] for logical, name in physical.items() if name in by_name}
    return found | {"UserPool": pool}
