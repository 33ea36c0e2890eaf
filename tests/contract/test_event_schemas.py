"""The events' schemas are the contract, kept by hand: what the code publishes and what they say must be the same."""

import copy
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, TypeAliasType, Union, get_args, get_origin

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.contract import published, schemas
from yafdp.kernel.envelope import Envelope

STRUCTS = {
    f"{service}/{name}": struct
    for service in published.services()
    for name, struct in published.events(service).items()
}
JSON_TYPES: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", dict: "object"}


def test_every_published_event_has_a_schema_and_every_schema_a_publisher() -> None:
    assert schemas.files("schema").keys() == STRUCTS.keys()


def test_every_schema_has_an_example_and_every_example_a_schema() -> None:
    assert schemas.files("example").keys() == schemas.files("schema").keys()


def test_events_are_put_on_a_bus_only_where_the_contract_can_see_them() -> None:
    publishing = {
        str(path.relative_to(published.PACKAGE))
        for path in published.PACKAGE.rglob("*.py")
        if "put_events(" in path.read_text()
    }
    assert publishing == {"kernel/outbox.py", *(f"{service}/store.py" for service in published.UNJOURNALED)}


@pytest.mark.parametrize("path", sorted(schemas.EVENTS.rglob("*.schema.json")), ids=lambda path: path.name)
def test_a_schema_is_valid_and_describes_everything(path: Any) -> None:
    schema = schemas.read(str(path.relative_to(schemas.EVENTS)))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://yafdp.dev/events/{path.relative_to(schemas.EVENTS)}"
    assert schema["description"]
    assert list(_undescribed(schema, "")) == []


@pytest.mark.parametrize("event", STRUCTS)
def test_a_schema_speaks_of_its_own_event_type(event: str) -> None:
    schema = schemas.read(f"{event}.schema.json")
    assert schema["properties"]["type"] == {"const": event.partition("/")[2]}
    assert schema["title"] == event.partition("/")[2]


@pytest.mark.parametrize("event", STRUCTS)
def test_an_example_is_valid(event: str) -> None:
    assert schemas.errors(event, schemas.read(f"{event}.example.json")) == []


@pytest.mark.parametrize("event", STRUCTS)
def test_an_example_survives_the_code_unchanged(event: str) -> None:
    example = schemas.read(f"{event}.example.json")
    envelope = msgspec.convert(example, Envelope)
    data = msgspec.convert(envelope.data, STRUCTS[event])
    again = msgspec.structs.replace(envelope, data=msgspec.to_builtins(data))
    assert msgspec.json.decode(again.json()) == example


@pytest.mark.parametrize("event", STRUCTS)
def test_an_unknown_field_is_refused_at_every_depth(event: str) -> None:
    example = schemas.read(f"{event}.example.json")
    for path in _objects(example):
        if path[:3] == ("data", "update", "data"):
            continue  # the data of whichever event the update tells of
        changed = copy.deepcopy(example)
        target = changed
        for step in path:
            target = target[step]
        target["surprise"] = 1
        assert schemas.errors(event, changed), f"a surprise at /{'/'.join(map(str, path))} is let through"


@pytest.mark.parametrize("event", STRUCTS)
def test_a_required_field_that_is_missing_is_refused(event: str) -> None:
    example = schemas.read(f"{event}.example.json")
    data = schemas.read(f"{event}.schema.json")["properties"]["data"]
    for field in data["required"]:
        changed = copy.deepcopy(example)
        del changed["data"][field]
        assert schemas.errors(event, changed), f"{field} can be left out"


@pytest.mark.parametrize("event", STRUCTS)
def test_struct_and_schema_have_the_same_fields(event: str) -> None:
    schema = schemas.read(f"{event}.schema.json")
    assert list(_differences(STRUCTS[event], schema["properties"]["data"], schema["$id"], event)) == []


def test_envelope_and_its_schema_have_the_same_fields() -> None:
    schema = schemas.read("envelope.schema.json")
    assert list(_differences(Envelope, schema, schema["$id"], "envelope")) == []


def _undescribed(schema: Any, path: str) -> Iterator[str]:
    """Fields without a description, apart from those that a referred schema or a constant explains."""
    for name, field in schema.get("properties", {}).items():
        own = "description" in field or "$ref" in field or name in {"type", "version", "data"}
        if not own:
            yield f"{path}/{name}"
        yield from _undescribed(field, f"{path}/{name}")
    for name, definition in schema.get("$defs", {}).items():
        yield from _undescribed(definition, f"{path}/{name}")
    if "items" in schema:
        yield from _undescribed(schema["items"], f"{path}[]")


def _objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, element in entries:
        yield from _objects(element, (*path, key))


def _differences(struct: type[msgspec.Struct], schema: Any, base: str, at: str) -> Iterator[str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    described = schema["properties"]
    yield from (f"{at}: {name} is in one of the two only" for name in fields.keys() ^ described.keys())
    for name in fields.keys() & described.keys():
        if fields[name].required != (name in schema.get("required", ())):
            yield f"{at}.{name}: required in one of the two only"
        yield from _type_differences(fields[name].type, described[name], base, f"{at}.{name}")


def _type_differences(kind: Any, schema: Any, base: str, at: str) -> Iterator[str]:
    schema, base = schemas.resolved(schema, base)
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        told = schema.get("enum", [schema.get("const")])
        yield from (f"{at}: {value!r} is no {kind.__name__}" for value in told if value not in [e.value for e in kind])
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _differences(kind, schema, base, at)
    elif get_origin(kind) is tuple:
        yield from _type_differences(get_args(kind)[0], schema["items"], base, f"{at}[]")
    elif _json_type(schema) != JSON_TYPES[get_origin(kind) or kind]:
        yield f"{at}: {kind} is not {_json_type(schema)}"


def _json_type(schema: Any) -> str | None:
    """The type that a schema states, or that the values have which it lists."""
    listed = schema.get("enum", [schema.get("const")])
    return schema.get("type") or JSON_TYPES.get(type(listed[0]))


def _plain(kind: Any) -> Any:
    """A field's type without what may be absent, without limits, and by no other name."""
    if isinstance(kind, TypeAliasType):
        return _plain(kind.__value__)
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return _plain(next(option for option in get_args(kind) if option is not type(None)))
    return kind
