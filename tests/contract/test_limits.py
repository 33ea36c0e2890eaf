"""What CloudFormation takes in one stack, after SAM has made its resources out of ours.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import json
from collections import Counter
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.settings import ROOT
from local.template import load

RESOURCES = 500
OUTPUTS = PARAMETERS = 200
TEMPLATE_BYTES = 1_000_000
# Where `sam deploy` puts an artifact's address.
ARTIFACTS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    """The template as CloudFormation gets it."""
    template = load(ROOT / "template.yaml")
    for resource in template["Resources"].values():
        if artifact := ARTIFACTS.get(resource["Type"]):
            resource["Properties"][artifact] = "s3://bucket/key"
    values = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        made: dict[str, Any] = Translator({}, Parser()).translate(template, values)
    return made


def test_the_stack_fits_into_one_template(expanded: dict[str, Any]) -> None:
    kinds = Counter(resource["Type"] for resource in expanded["Resources"].values())
    assert kinds.total() <= RESOURCES, kinds.most_common(10)
    assert len(expanded["Outputs"]) <= OUTPUTS
    assert len(expanded["Parameters"]) <= PARAMETERS
    assert len(json.dumps(expanded)) <= TEMPLATE_BYTES
