"""Who may import whom, and where AWS may be touched."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.settings import ROOT
from tests.contract.published import PACKAGE

FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
# A handler has no business with the world: `typing` is all that it needs of the standard library.
HANDLER_MAY_IMPORT = {"yafdp", "typing"}
# Whatever else a service needs from outside comes through the kernel.
SERVICE_MAY_IMPORT = {"msgspec", "boto3", "botocore"}
AWS = {"boto3", "botocore"}
# The adapters: modules whose business is something outside.
MAY_TOUCH_AWS = {"store.py", "gateway.py", "sandbox.py", "comprehend.py"}
SHORTEST_HANDLER, LONGEST_HANDLER = 5, 40  # lines
LONGEST_MODULE = 300  # lines


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, in full: `from yafdp.catalog import store` gives `yafdp.catalog.store`."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{name.name}" for name in names)
            case ast.ImportFrom():
                yield "a relative import"


def standard(module: str) -> bool:
    """Whether the module is of the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_handler_imports_only_the_platform(path: Path) -> None:
    assert {module.partition(".")[0] for module in imports(path)} <= HANDLER_MAY_IMPORT


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_handler_is_short_and_tells_what_it_is_for(path: Path) -> None:
    source = path.read_text()
    assert SHORTEST_HANDLER <= len(source.splitlines()) <= LONGEST_HANDLER
    assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_handler_s_directory_holds_nothing_but_it_and_its_samples(path: Path) -> None:
    assert {entry.name for entry in path.parent.iterdir()} - {"__pycache__"} == {"app.py", "events"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_service_imports_only_the_kernel_and_itself(path: Path) -> None:
    inside = [module for module in imports(path) if module.startswith("yafdp.")]
    allowed = ("yafdp.kernel.", f"yafdp.{path.parent.name}.")
    if path.parent == PACKAGE:
        assert inside == []
    elif path.parent.name == "kernel":
        assert [module for module in inside if not module.startswith("yafdp.kernel")] == []
    else:
        own = f"yafdp.{path.parent.name}"
        assert [module for module in inside if not module.startswith(allowed) and module != own] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_service_takes_from_outside_only_what_is_allowed(path: Path) -> None:
    outside = {
        module.partition(".")[0] for module in imports(path) if not module.startswith("yafdp.") and not standard(module)
    }
    if path.parent.name != "kernel":
        assert outside <= SERVICE_MAY_IMPORT


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_aws_is_touched_only_by_stores_adapters_and_the_kernel(path: Path) -> None:
    touched = AWS & {module.partition(".")[0] for module in imports(path)}
    makes_clients = "yafdp.kernel.clients.client" in set(imports(path))
    if touched or makes_clients:
        assert path.parent.name == "kernel" or path.name in MAY_TOUCH_AWS or path.name.endswith("_store.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_decisions_know_neither_environment_nor_clock_nor_network(path: Path) -> None:
    if path.name in {"model.py", "messages.py"} and path.parent.name != "kernel":
        impure = {"os", "time", "datetime", "random", "socket", "secrets", "uuid", "yafdp.kernel.clock"}
        assert {module for module in imports(path) if module.startswith(tuple(impure))} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_wants_a_scroll_bar(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/*store.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_service_s_events_carry_its_name_as_their_source(path: Path) -> None:
    tree = ast.parse(path.read_text())
    told = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("yafdp.")
    }
    assert told <= {f"yafdp.{path.parent.name}"}
