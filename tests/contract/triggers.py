"""What invokes each function, as the template and the REST contract say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.settings import ROOT
from local.template import Template, referred, resources

_METHODS = {"get", "put", "post", "delete", "patch"}
_FUNCTION = "AWS::Serverless::Function"
_MACHINE = "AWS::Serverless::StateMachine"


@dataclass(frozen=True)
class Trigger:
    """One way to a function: `kind` is rest, queue, stream, task, call, route or authorizer; `of` says of what."""

    kind: str
    of: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation of api/openapi.yaml, with the parameters of its path."""

    method: str
    path: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """`GET /orders`, as a person says it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def functions(self) -> set[str]:
        """The logical ids that its integration names."""
        return set(referred(self.content.get("x-amazon-apigateway-integration", {}).get("uri", {})))


@cache
def contract() -> dict[str, Any]:
    """api/openapi.yaml."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())
    return content


@cache
def operations() -> list[Operation]:
    """Every operation of the REST contract."""
    return [
        Operation(method, path, content)
        for path, item in contract()["paths"].items()
        for method, content in item.items()
        if method in _METHODS
    ]


def directory(template: Template, function: str) -> str:
    """The name of the directory with the function's code."""
    return Path(template["Resources"][function]["Properties"]["CodeUri"]).name


def of_directory(template: Template, name: str) -> set[Trigger]:
    """Everything that invokes the functions whose code is in functions/<name>."""
    functions = [function for function in resources(template, _FUNCTION) if directory(template, function) == name]
    return {trigger for function in functions for trigger in of_function(template, function)}


def of_function(template: Template, function: str) -> Iterator[Trigger]:
    """Everything that invokes the function."""
    properties = template["Resources"][function]["Properties"]
    for source in properties.get("Events", {}).values():
        match source:
            case {"Type": "SQS", "Properties": {"Queue": queue}}:
                yield Trigger("queue", next(referred(queue)))
            case {"Type": "DynamoDB", "Properties": {"Stream": stream}}:
                yield Trigger("stream", next(referred(stream)))
    yield from (Trigger("rest", operation.name) for operation in operations() if function in operation.functions)
    yield from _sockets(template, function)
    if any(
        function in referred(machine["DefinitionSubstitutions"]) for machine in resources(template, _MACHINE).values()
    ):
        yield Trigger("task")
    others = (other for name, other in resources(template, _FUNCTION).items() if name != function)
    if any(function in referred(other.get("Environment", {})) for other in others):
        yield Trigger("call")


def _sockets(template: Template, function: str) -> Iterator[Trigger]:
    for api in resources(template, "AWS::Serverless::WebSocketApi").values():
        for route, integration in api["Routes"].items():
            if function in referred(integration):
                yield Trigger("route", route)
        if function in referred(api.get("Auth", {})):
            yield Trigger("authorizer")
