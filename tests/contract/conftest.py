"""What several contracts need: the template, a real build of it, and its functions in an emulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import sam
from local.settings import Settings
from local.template import Template
from tests.contract import infrastructure as infra
from tests.contract.deployment import Deployment
from tests.emulator import conftest as emulators


@pytest.fixture(scope="session")
def template() -> Template:
    """template.yaml as plain data."""
    return infra.TEMPLATE


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of one real `sam build`; its packages come from what the environments have downloaded before."""
    settings = Settings(state=tmp_path_factory.mktemp("state"))
    settings.logs.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("UV_OFFLINE", "1")
        sam.build(settings)
    return settings.build


@pytest.fixture(scope="session")
def layer(build: Path) -> Path:
    """The built layer's directory of packages."""
    return build / "PlatformLayer" / "python"


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory, template: Template, build: Path) -> Iterator[Deployment]:
    """Every function of the template with what it touches, in an emulator of its own; nothing triggers them."""
    emulator = emulators.start(tmp_path_factory.mktemp("emulator"))
    try:
        yield Deployment(emulator, template, build)
    finally:
        emulators.stop(emulator)
