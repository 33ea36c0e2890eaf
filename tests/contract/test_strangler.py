"""The take-over that docs/strangler.md shows is the one that was made, and each of its steps could be deployed."""

from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from local import strangler
from local.settings import ROOT
from local.template import load, referred, resources

AFTER = strangler.LAST + 1


def texts(step: int) -> dict[str, str]:
    """Template and contract before a step; of today, before a step that is still to come."""
    today = {path: (ROOT / path).read_text() for path in (strangler.TEMPLATE, strangler.CONTRACT)}
    return strangler.before(step) if step < AFTER else today


def contract(step: int) -> Any:
    """The contract before a step."""
    return yaml.safe_load(texts(step)[strangler.CONTRACT])


def test_the_page_shows_the_steps_as_they_are() -> None:
    """If this fails, something that a step has added was changed since: `python -m local.strangler`."""
    text = (ROOT / strangler.PAGE).read_text()
    assert strangler.page(text) == text


@pytest.mark.parametrize("step", [*strangler.STEPS, AFTER])
def test_before_and_after_each_step_nothing_names_what_is_not_there(step: int, tmp_path: Any) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(texts(step)[strangler.TEMPLATE])
    template = load(path)
    known = template["Resources"].keys() | template["Parameters"].keys()
    assert set(referred(template)) <= known
    assert set(referred(contract(step))) <= known | {"proxy"}
    permitted = {
        function
        for permission in resources(template, "AWS::Lambda::Permission").values()
        for function in referred(permission["FunctionName"])
    }
    assert set(referred(contract(step)["paths"])) - {"LegacyBaseUrl"} <= permitted


@pytest.mark.parametrize("step", [*strangler.STEPS, AFTER])
def test_before_and_after_each_step_the_contract_is_valid(step: int) -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(contract(step)).iter_errors()] == []


def test_only_the_last_step_moves_a_route() -> None:
    paths = {step: contract(step)["paths"].keys() for step in (*strangler.STEPS, AFTER)}
    assert paths[2] - paths[1] == {"/", "/{proxy+}"}
    assert paths[3] == paths[2]
    assert paths[AFTER] - paths[3] == {"/coupons/{code}", "/coupons/{code}/redeem"}


def test_a_step_that_cannot_be_found_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place for step 1"):
        strangler.page("# A page without marks\n")


@pytest.mark.parametrize("path", ["/", "/{proxy+}"])
def test_tokens_and_operators_do_not_reach_the_old_system(path: str) -> None:
    condition, with_system, without = contract(AFTER)["paths"][path]["x-amazon-apigateway-any-method"]["Fn::If"]
    assert (condition, without) == ("HasLegacySystem", {"Ref": "AWS::NoValue"})
    mapped = with_system["x-amazon-apigateway-integration"]["requestParameters"]
    assert {name for name, value in mapped.items() if value == "''"} == {
        "integration.request.header.Authorization",
        "integration.request.header.X-Shop-Operator",
    }
