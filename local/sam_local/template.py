"""What `sam local` needs and the template cannot give it: a copy of the built template with the Lambda authorizer that
stands in for Cognito's, and the deployed functions' environment, since `sam local` resolves no resource to its name.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.settings import HOST, Settings
from local.stack import Stack
from local.template import Template, load, resources

AUTHORIZER = "SamLocalAuthorizerFunction"
type Variables = dict[str, str]

_FUNCTION = "AWS::Serverless::Function"
_CODE = Path(__file__).parent / "authorizer"
_INVOKE = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"


def copy(settings: Settings, environment: Mapping[str, Variables]) -> Template:
    """The built template for `sam local`, with the names of these variables by function's logical id."""
    template = load(settings.build / "template.yaml")
    template["Resources"][AUTHORIZER] = {"Type": _FUNCTION, "Properties": {"CodeUri": str(_CODE), "Timeout": 10}}
    for name, function in resources(template, _FUNCTION).items():
        function["CodeUri"] = str(settings.build / function["CodeUri"])
        # SAM passes on only variables that the template names; their values come by --env-vars.
        function["Environment"] = {"Variables": dict.fromkeys(environment.get(name, {}), "")}
    for layer in resources(template, "AWS::Serverless::LayerVersion").values():
        layer["ContentUri"] = str(settings.build / layer["ContentUri"])
    resources(template, "AWS::Serverless::Api")["RestApi"]["DefinitionBody"] = _contract(settings)
    return template


def environment(settings: Settings, deployed: Mapping[str, str], endpoint: str, stripe: str) -> dict[str, Variables]:
    """Each function's variables by logical id, as deployed (`deployed` has its name there) but with the emulator at
    `endpoint` and Stripe's stand-in at `stripe`, and with credentials of the function's own role, so that a missing
    permission fails here too.
    """
    stack = Stack(settings.stack_name, settings.region, settings.endpoint)
    moved = {settings.endpoint: endpoint, settings.stripe: stripe}
    # The emulator gives its queues' addresses under the other name of loopback.
    moved |= {address.replace(HOST, "localhost"): there for address, there in moved.items()}
    return {name: _variables(stack, physical, moved) for name, physical in deployed.items()}


def authorizer_environment(stack: Stack, endpoint: str) -> Variables:
    """The authorizer's variables: whose tokens it takes."""
    pool = stack.outputs["UserPoolId"]
    return {
        "TOKEN_ISSUER": f"https://cognito-idp.{stack.region}.amazonaws.com/{pool}",
        "TOKEN_AUDIENCE": stack.outputs["UserPoolClientId"],
        "TOKEN_KEYS_URL": f"{endpoint}/{pool}/.well-known/jwks.json",
    }


def built_functions(settings: Settings) -> list[str]:
    """The logical ids of the functions in the last build."""
    return list(resources(load(settings.build / "template.yaml"), _FUNCTION))


def function_of(settings: Settings, directory: str) -> str | None:
    """The logical id of the first function whose code is in functions/<directory>."""
    functions = resources(load(settings.root / "template.yaml"), _FUNCTION)
    return next((name for name, function in functions.items() if Path(function["CodeUri"]).name == directory), None)


def _variables(stack: Stack, function: str, moved: Mapping[str, str]) -> Variables:
    deployed = stack.client("lambda").get_function_configuration(FunctionName=function)
    role = stack.client("sts").assume_role(RoleArn=deployed["Role"], RoleSessionName="sam-local")["Credentials"]
    variables: Variables = deployed.get("Environment", {}).get("Variables", {})
    return {name: _rewritten(value, moved) for name, value in variables.items()} | {
        "AWS_ENDPOINT_URL": moved[stack.endpoint],
        "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
        "AWS_SESSION_TOKEN": role["SessionToken"],
    }


def _rewritten(value: str, moved: Mapping[str, str]) -> str:
    """A value with each address of this machine as a container has to write it."""
    for here, there in moved.items():
        value = value.replace(here, there)
    return value


def _contract(settings: Settings) -> dict[str, Any]:
    """api/openapi.yaml with the authorizer that `sam local` can run."""
    contract: dict[str, Any] = yaml.safe_load((settings.root / "api" / "openapi.yaml").read_text())
    for scheme in contract["components"]["securitySchemes"].values():
        if scheme.get("x-amazon-apigateway-authtype") == "cognito_user_pools":
            scheme["x-amazon-apigateway-authtype"] = "custom"
            scheme["x-amazon-apigateway-authorizer"] = {
                "type": "token",
                "authorizerUri": {"Fn::Sub": _INVOKE % AUTHORIZER},
            }
    return contract


def write(path: Path, content: Any) -> None:
    """Stores as JSON, which SAM takes for templates too."""
    path.write_text(json.dumps(content, indent=2))
