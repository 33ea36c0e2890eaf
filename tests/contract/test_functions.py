"""What every function and table of the template has."""

import re

import pytest

from local.settings import ROOT
from local.template import referred, resources
from tests.contract import infrastructure as infra
from tests.contract import published, samples

TEMPLATE = infra.TEMPLATE
FUNCTIONS = infra.functions(TEMPLATE)
TABLES = resources(TEMPLATE, "AWS::DynamoDB::Table")
# API Gateway waits 29 seconds, then answers 504 while the function goes on.
LONGEST_FOR_HTTP = 29


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_keeps_its_logs_in_its_service_s_group_for_a_stated_time(name: str) -> None:
    (group,) = referred(FUNCTIONS[name]["LoggingConfig"])
    logs = resources(TEMPLATE, "AWS::Logs::LogGroup")[group]
    assert logs["LogGroupName"] == {"Fn::Sub": f"/${{AWS::StackName}}/{infra.service(FUNCTIONS[name])}"}
    assert infra.whole(logs["RetentionInDays"], TEMPLATE) >= 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_traced_and_has_a_timeout_of_its_own(name: str) -> None:
    assert FUNCTIONS[name]["Tracing"] == "Active"
    assert isinstance(TEMPLATE["Resources"][name]["Properties"]["Timeout"], int)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_what_the_layer_is_built_for(name: str) -> None:
    function = FUNCTIONS[name]
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert function["Layers"] == [{"Ref": "PlatformLayer"}]
    assert function["Handler"] == "app.handler"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_reserves_concurrency(name: str) -> None:
    # A new account has ten executions in all, and AWS refuses to reserve any of them: the deployment would fail.
    assert "ReservedConcurrentExecutions" not in FUNCTIONS[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_named_after_its_code(name: str) -> None:
    function = FUNCTIONS[name]
    directory = function["CodeUri"].removeprefix("functions/")
    kebab = f"{infra.service(function)}-relay" if directory == "relay" else directory.replace("_", "-")
    assert function["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{kebab}"}
    assert name == "".join(part.capitalize() for part in kebab.split("-")) + "Function"


def test_every_directory_is_a_function_and_every_function_has_a_directory() -> None:
    assert {function["CodeUri"] for function in FUNCTIONS.values()} == {
        f"functions/{name}" for name in samples.directories()
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_belongs_to_a_service_that_exists(name: str) -> None:
    assert infra.service(FUNCTIONS[name]) in published.services()


def test_each_service_has_one_banner_with_its_resources_under_it() -> None:
    text = (ROOT / "template.yaml").read_text()
    found = list(infra.BANNER.finditer(text))
    names = [banner["name"] for banner in found]
    assert len(names) == len(set(names))
    assert {service.capitalize() for service in published.services()} <= set(names)
    for name, function in FUNCTIONS.items():
        place = re.search(rf"^  {name}:$", text, re.MULTILINE)
        assert place
        under = [banner["name"] for banner in found if banner.start() < place.start()][-1]
        assert under == infra.service(function).capitalize(), name


@pytest.mark.parametrize("name", TABLES)
def test_a_table_outlives_its_stack_and_can_be_restored(name: str) -> None:
    resource = TEMPLATE["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert TABLES[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLES[name]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_names_only_its_own_service_s_table(name: str) -> None:
    named = set(referred(FUNCTIONS[name].get("Environment", {}))) & TABLES.keys()
    owners = {infra.owner(TEMPLATE, table) for table in named}
    assert owners <= {infra.service(FUNCTIONS[name])}


def test_what_a_page_may_wait_for_is_done_before_the_gateway_stops_waiting() -> None:
    permitted = {
        function
        for permission in resources(TEMPLATE, "AWS::Lambda::Permission").values()
        for function in referred(permission["FunctionName"])
    }
    assert {name for name in permitted if FUNCTIONS[name]["Timeout"] > LONGEST_FOR_HTTP} == set()
