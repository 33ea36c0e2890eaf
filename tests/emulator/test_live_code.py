"""A saved file takes effect on the next invocation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.emulator.emulator import Answer, Emulator, archive, unique

# The function answers with its process's number, so that a restart can be seen.
APP = (
    "import os\nfrom yafdp.words import WORD\ndef handler(event, context):\n    return [WORD, {word!r}, os.getpid()]\n"
)


@dataclass
class Workshop:
    """A deployed function, and the sources it was deployed from."""

    emulator: Emulator
    name: str
    function: Path
    layer: Path

    def save(self, word: str) -> None:
        (self.function / "app.py").write_text(APP.format(word=word))

    def save_layer(self, word: str) -> None:
        (self.layer / "yafdp" / "words.py").write_text(f"WORD = {word!r}\n")

    def invoke(self) -> Answer:
        return self.emulator.invoke(self.name)


def _sources(emulator: Emulator) -> Path:
    return emulator.directory / "sources.json"


@pytest.fixture
def workshop(bridged: Emulator, tmp_path: Path) -> Iterator[Workshop]:
    function, layer = tmp_path / "function", tmp_path / "platform"
    function.mkdir()
    (layer / "yafdp").mkdir(parents=True)
    shop = Workshop(bridged, unique("live"), function, layer)
    shop.save("first")
    shop.save_layer("layer")
    (layer / "yafdp" / "__init__.py").write_text("")
    # Two tests must not share one extracted layer: the file makes its content unlike any other.
    files = {f"python/yafdp/{file.name}": file.read_text() for file in (layer / "yafdp").iterdir()}
    content = {"ZipFile": archive(files | {"python/unique.txt": shop.name})}
    client = bridged.client("lambda")
    arn = client.publish_layer_version(LayerName=shop.name, Content=content)["LayerVersionArn"]
    code = (function / "app.py").read_text() + f"# {shop.name}\n"
    (function / "app.py").write_text(code)
    bridged.function(code, FunctionName=shop.name, Layers=[arn])
    _sources(bridged).write_text(json.dumps({"functions": {shop.name: str(function)}, "layer": str(layer)}))
    yield shop
    _sources(bridged).unlink()


def test_nothing_restarts_as_long_as_nothing_was_saved(workshop: Workshop) -> None:
    assert workshop.invoke().payload == workshop.invoke().payload


def test_nothing_restarts_when_the_sources_become_known_after_the_first_invocation(workshop: Workshop) -> None:
    known = _sources(workshop.emulator).read_text()
    _sources(workshop.emulator).unlink()
    before = workshop.invoke().payload
    _sources(workshop.emulator).write_text(known)
    assert workshop.invoke().payload == before


def test_the_invocation_after_a_save_runs_the_new_code(workshop: Workshop) -> None:
    workshop.invoke()
    for word in ("second", "third"):
        workshop.save(word)
        assert workshop.invoke().payload[:2] == ["layer", word]


def test_the_invocation_after_a_save_in_the_layer_runs_the_new_code(workshop: Workshop) -> None:
    workshop.invoke()
    workshop.save_layer("changed")
    assert workshop.invoke().payload[:2] == ["changed", "first"]


def test_a_new_and_a_deleted_module_take_effect(workshop: Workshop) -> None:
    workshop.invoke()
    (workshop.layer / "yafdp" / "more.py").write_text("")
    (workshop.function / "app.py").write_text("import yafdp.more\ndef handler(event, context):\n    return 'more'\n")
    assert workshop.invoke().payload == "more"
    (workshop.layer / "yafdp" / "more.py").unlink()
    assert workshop.invoke().payload["errorType"] == "Runtime.ImportModuleError"


def test_a_syntax_error_fails_the_invocation_and_its_correction_heals_it(workshop: Workshop) -> None:
    workshop.invoke()
    (workshop.function / "app.py").write_text("def handler(event, context:\n")
    assert workshop.invoke().payload["errorType"] == "Runtime.UserCodeSyntaxError"
    workshop.save("mended")
    assert workshop.invoke().payload[1] == "mended"


def test_upstream_still_runs_only_what_was_deployed(bare: Emulator, tmp_path: Path) -> None:
    """If this fails, upstream reloads code: see whether local/emulator/live_code.py is still needed."""
    name = bare.function("def handler(event, context):\n    return 'first'\n")
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return 'second'\n")
    _sources(bare).write_text(json.dumps({"functions": {name: str(tmp_path)}}))
    assert bare.invoke(name).payload == "first"
