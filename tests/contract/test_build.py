"""What `sam validate` and the real `sam build` say, and what is in the layer that they make."""

import importlib.util
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.settings import ROOT, Settings
from tests.contract import infrastructure as infra
from tests.contract.samples import directories

UNCHECKED_HASH = 0b01
LAYER = ROOT / "layers/platform"
SHIPPED = ("aws_lambda_powertools", "aws_xray_sdk", "boto3", "botocore", "msgspec", "yafdp")
# What botocore needs beside the services' models.
SHARED_DATA = {"endpoints.json", "partitions.json", "sdk-default-configuration.json", "_retry.json"}


def pins(path: Path) -> dict[str, str]:
    """The versions that a requirements file pins, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\\n]+)", path.read_text(), re.MULTILINE))


def test_sam_validates_and_lints_the_template() -> None:
    settings = Settings()
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_DEFAULT_REGION": settings.region}
    done = subprocess.run(
        [settings.tools / "sam", "validate", "--lint", "--template-file", "template.yaml"],
        cwd=ROOT,
        env=environment | {"SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_function_is_built_with_nothing_but_its_code(build: Path) -> None:
    for name, function in infra.functions(infra.TEMPLATE).items():
        assert (build / name / "app.py").read_text() == (ROOT / function["CodeUri"] / "app.py").read_text()


def test_every_module_in_the_layer_has_bytecode_that_outlives_the_zip(layer: Path) -> None:
    sources = [path for path in layer.rglob("*.py") if not _broken(path)]
    assert sources
    for source in sources:
        bytecode = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        header = bytecode.read_bytes()[:16]
        assert header[:4] == importlib.util.MAGIC_NUMBER, source
        assert int.from_bytes(header[4:8], "little") == UNCHECKED_HASH, source
        assert header[8:] == importlib.util.source_hash(source.read_bytes()), source


def test_a_traceback_names_the_place_where_lambda_puts_the_layer(layer: Path) -> None:
    bytecode = layer / "yafdp/kernel/__pycache__" / f"clock.{sys.implementation.cache_tag}.pyc"
    code = marshal.loads(bytecode.read_bytes()[16:])
    assert code.co_filename == "/opt/python/yafdp/kernel/clock.py"


def test_the_layer_holds_the_package_as_it_is(layer: Path) -> None:
    for source in (LAYER / "yafdp").rglob("*.py"):
        assert (layer / source.relative_to(LAYER)).read_bytes() == source.read_bytes()
    assert {name for name in SHIPPED if not (layer / name).is_dir()} == set()


def test_botocore_knows_only_the_services_in_use(layer: Path) -> None:
    kept = re.search(r"^SERVICES := (.+)$", (LAYER / "Makefile").read_text(), re.MULTILINE)
    assert kept
    entries = {entry.name for entry in (layer / "botocore/data").iterdir()} - SHARED_DATA
    assert entries == set(kept[1].split())


def test_each_client_that_the_code_makes_has_its_model(layer: Path) -> None:
    called = re.compile(r"\bclient\(\s*\"([a-z0-9-]+)\"")
    wanted = {name for path in (LAYER / "yafdp").rglob("*.py") for name in called.findall(path.read_text())}
    assert wanted
    assert {name for name in wanted if not (layer / "botocore/data" / name).is_dir()} == set()


def test_boto3_and_botocore_are_of_one_minor_version(layer: Path) -> None:
    shipped = {
        path.name.partition("-")[0]: path.name.split("-")[1].rpartition(".dist")[0]
        for path in layer.glob("boto*.dist-info")
    }
    assert shipped.keys() == {"boto3", "botocore"}
    assert len({version.rpartition(".")[0] for version in shipped.values()}) == 1


def test_tests_and_tools_run_on_the_versions_that_ship() -> None:
    shipped = pins(LAYER / "requirements.txt")
    run, test = (pins(ROOT / "local/requirements" / f"{name}.txt") for name in ("run", "test"))
    assert {name: run[name] for name in ("boto3", "botocore")} == {
        name: shipped[name] for name in ("boto3", "botocore")
    }
    assert {name: test.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("name", directories())
def test_a_handler_can_be_imported_from_the_layer_alone(name: str, layer: Path) -> None:
    environment = {
        "PYTHONPATH": f"{ROOT / 'functions' / name}{os.pathsep}{layer}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(ROOT / "functions" / name),
        "POWERTOOLS_SERVICE_NAME": name,
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    # -S: no site-packages, as in Lambda; what the layer does not bring is missing.
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import app; assert callable(app.handler)"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _broken(path: Path) -> bool:
    """Whether the file cannot be compiled: some packages ship templates that end in .py."""
    try:
        compile(path.read_bytes(), path, "exec")
    except SyntaxError:
        return True
    return False
