"""The schemas in events/, with their references resolved among themselves."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag, urljoin

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from local.settings import ROOT

EVENTS = ROOT / "events"
Schema = Mapping[str, Any]


def read(path: str) -> Any:
    """A JSON file under events/."""
    return json.loads((EVENTS / path).read_text())


def files(suffix: str) -> dict[str, str]:
    """`service/EventType` of every file of this kind (`schema` or `example`), with its path under events/."""
    ending = f".{suffix}.json"
    return {
        f"{path.parent.name}/{path.name.removesuffix(ending)}": str(path.relative_to(EVENTS))
        for path in sorted(EVENTS.glob(f"*/*{ending}"))
    }


def _registry() -> Registry[bool | Schema]:
    found = (json.loads(path.read_text()) for path in sorted(EVENTS.rglob("*.schema.json")))
    resources = ((schema["$id"], Resource[bool | Schema].from_contents(schema)) for schema in found)
    return Registry[bool | Schema]().with_resources(resources)


REGISTRY = _registry()


def validator(event: str) -> Draft202012Validator:
    """The validator of an event type (`service/EventType`); formats count."""
    schema = read(f"{event}.schema.json")
    return Draft202012Validator(schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)


def errors(event: str, envelope: Any) -> list[str]:
    """What is wrong with an envelope, by its type's schema."""
    return [f"{error.json_path}: {error.message}" for error in validator(event).iter_errors(envelope)]


def resolved(schema: Schema, base: str) -> tuple[Schema, str]:
    """The schema that a `$ref` leads to, and the base of its own references."""
    if "$ref" not in schema:
        return schema, base
    contents = REGISTRY.resolver(base).lookup(schema["$ref"]).contents
    assert isinstance(contents, Mapping)
    return contents, urldefrag(urljoin(base, schema["$ref"])).url
