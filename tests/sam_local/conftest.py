"""`sam local` beside the running platform, for its API; beside functions that nothing triggers, for samples."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import boto3
import pytest
from botocore.config import Config

from local.sam_local import runner
from local.sam_local.runner import SamLocal
from local.settings import HOST, KEY, ROOT, Settings
from local.stack import Stack
from local.template import load
from tests.contract.deployment import Deployment
from tests.emulator import conftest as emulators
from tests.emulator.emulator import Emulator
from tests.ports import free_ports

FIRST_ANSWER = 600  # seconds: the first request may pull AWS's base image


@pytest.fixture(scope="session")
def container_engine() -> None:
    """An engine that answers; without one there is nothing to test, and one line says so."""
    checked = subprocess.run(
        [sys.executable, "-m", "local.sam_local", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if checked.returncode:
        pytest.exit(checked.stderr.strip(), returncode=1)


@pytest.fixture(scope="session")
def api_address(container_engine: None, platform_settings: Settings, deployed: Stack) -> Iterator[str]:
    """Where `sam local start-api` serves the REST API with the platform's data."""
    (port,) = free_ports(1)
    with runner.beside_platform(platform_settings, deployed) as sam_local, sam_local.api(port):
        yield f"http://{HOST}:{port}"


@pytest.fixture
async def containers(api_address: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the API that is served from containers."""
    async with aiohttp.ClientSession(api_address, timeout=aiohttp.ClientTimeout(FIRST_ANSWER)) as http:
        yield http


@pytest.fixture(scope="session")
def emulator(container_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator beside the platform's."""
    started = emulators.start(tmp_path_factory.mktemp("emulator"))
    yield started
    emulators.stop(started)


@pytest.fixture(scope="session")
def deployment(emulator: Emulator, platform_settings: Settings) -> Deployment:
    """Every function with what it touches and without what triggers it, so that an invocation is all that happens."""
    return Deployment(emulator, load(ROOT / "template.yaml"), platform_settings.build)


@pytest.fixture(scope="session")
def sam_local(emulator: Emulator, deployment: Deployment, platform_settings: Settings) -> Iterator[SamLocal]:
    """`sam local` with the data of that deployment, where a function's name is its logical id."""
    settings = replace(platform_settings, emulator_port=int(emulator.endpoint.rpartition(":")[2]))
    with runner.beside(settings, {name: name for name in deployment.functions}) as prepared:
        yield prepared


@pytest.fixture(scope="session")
def warm_functions(sam_local: SamLocal) -> Iterator[Any]:
    """A client of `sam local start-lambda`, where each function of that deployment has one container that stays."""
    (port,) = free_ports(1)
    with sam_local.functions(port):
        config = Config(retries={"total_max_attempts": 1}, read_timeout=FIRST_ANSWER)
        yield boto3.client(
            "lambda",
            endpoint_url=f"http://{HOST}:{port}",
            region_name=sam_local.settings.region,
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
            config=config,
        )
