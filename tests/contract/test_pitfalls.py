"""What has gone wrong in systems like this one: docs/testing.md names a test for each, and those that need only a look
at the files are here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.asl import Machine, State, machines
from local.settings import ROOT
from tests.contract import infrastructure as infra

PAGE = ROOT / "docs" / "testing.md"
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE.read_text())
ROWS = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "tests/" in line]
# What lets a check that fails pass.
SWALLOWED = re.compile(r"\|\|\s*(true|:)|continue-on-error:\s*true|allow_failure:\s*true")
_CHECKED = ("Makefile", "local/environment.sh", ".github/**/*.yml", ".github/**/*.yaml", ".gitlab-ci.yml")
_VARIABLE = re.compile(r"\$(?!states\b)([a-zA-Z_]\w*)(?!\w*\()")


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_the_page_names_exists(path: str, name: str) -> None:
    defined = ast.walk(ast.parse((ROOT / path).read_text()))
    assert name in {node.name for node in defined if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_row_of_the_page_names_a_test() -> None:
    assert len(ROWS) >= 20
    assert all(re.search(r"::test_\w+`|scenarios/\w+\.yaml`", row) for row in ROWS)
    scenarios = re.findall(r"`(tests/e2e/scenarios/\w+\.yaml)`", PAGE.read_text())
    assert [path for path in scenarios if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_a_state_finds_every_variable_that_it_reads_whichever_way_led_to_it(machine: Machine) -> None:
    known = _known(machine)
    for name, state in machine.states.items():
        assert _read(state) <= known[name], name


def test_a_variable_that_one_way_does_not_assign_is_noticed() -> None:
    undo = Machine("order_undo")
    del undo.states["Begin"]["Assign"]["problem"]
    assert "problem" in _read(undo.states["FlagOrder"])
    assert "problem" not in _known(undo)["FlagOrder"]


@pytest.mark.parametrize(
    "path", [path for pattern in _CHECKED for path in ROOT.glob(pattern)], ids=lambda path: path.name
)
def test_no_check_passes_whatever_it_finds(path: Path) -> None:
    assert [line for line in path.read_text().splitlines() if SWALLOWED.search(line)] == []


@pytest.mark.parametrize("line", ["pytest tests || true", "  continue-on-error: true", "make test ||:"])
def test_a_check_that_passes_whatever_it_finds_is_noticed(line: str) -> None:
    assert SWALLOWED.search(line)


def test_an_api_that_logs_accesses_brings_the_role_that_a_fresh_account_lacks() -> None:
    assert not _without_role(infra.TEMPLATE)
    logging: dict[str, Any] = {"Type": "AWS::Serverless::Api", "Properties": {"AccessLogSetting": {"Format": "x"}}}
    assert _without_role({"Resources": {"Api": logging}}) == ["Api"]
    role = {"Account": {"Type": "AWS::ApiGateway::Account", "Properties": {"CloudWatchRoleArn": "arn"}}}
    assert not _without_role({"Resources": {"Api": logging | {"DependsOn": "Account"}} | role})
    assert _without_role({"Resources": {"Api": logging} | role}) == ["Api"]


def _without_role(template: dict[str, Any]) -> list[str]:
    """The APIs that log accesses and do not wait for the account's role."""
    found = template["Resources"]
    accounts = {name for name, resource in found.items() if resource["Type"] == "AWS::ApiGateway::Account"}
    return [
        name
        for name, resource in found.items()
        if {"AccessLogSetting", "AccessLogSettings"} & resource.get("Properties", {}).keys()
        and not any(account in str(resource.get("DependsOn")) for account in accounts)
    ]


def _known(machine: Machine) -> dict[str, set[str]]:
    """What is assigned when a state begins, on every way that leads to it."""
    edges = [edge for name, state in machine.states.items() for edge in _edges(name, state)]
    everything = {name for _, _, assigned in edges for name in assigned}
    start = machine.definition["StartAt"]
    known = {name: set() if name == start else set(everything) for name in machine.states}
    for _ in machine.states:
        for before, after, assigned in edges:
            known[after] &= known[before] | assigned
    return known


def _edges(name: str, state: State) -> Iterator[tuple[str, str, set[str]]]:
    """From here to there, and what is assigned on the way."""
    assigned = set(state.get("Assign", {}))
    for following in (state.get("Next"), state.get("Default"), *(one["Next"] for one in state.get("Choices", ()))):
        if following:
            yield name, following, assigned
    for catcher in state.get("Catch", ()):
        yield name, catcher["Next"], set(catcher.get("Assign", {}))


def _read(state: State) -> set[str]:
    """The variables that a state reads in its expressions, its assignments included."""
    return set(_VARIABLE.findall(" ".join(_expressions(state))))


def _expressions(value: Any) -> Iterator[str]:
    match value:
        case str() if value.startswith("{%"):
            yield value
        case dict():
            for one in value.values():
                yield from _expressions(one)
        case list():
            for one in value:
                yield from _expressions(one)
