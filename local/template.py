"""template.yaml as plain data, for tools and tests that read it: short intrinsics (`!Ref`) in their long form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

type Template = dict[str, Any]
type Resources = dict[str, dict[str, Any]]

_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 (YAML has three kinds of nodes)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> Template:
    """The template in the file."""
    template: Template = yaml.load(path.read_text(), _Loader)  # noqa: S506 (a SafeLoader)
    return template


def resources(template: Template, kind: str) -> Resources:
    """The properties of all resources of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def referred(value: Any) -> Iterator[str]:
    """The logical ids and parameters that a value names, by Ref, GetAtt or Sub; pseudo parameters left out."""
    if isinstance(value, list):
        for element in value:
            yield from referred(element)
    elif isinstance(value, dict):
        for key, element in value.items():
            yield from _named(key, element)


def _named(key: str, element: Any) -> Iterator[str]:
    match key:
        case "Ref" if not element.startswith("AWS::"):
            yield element
        case "Fn::GetAtt":
            yield element[0]
        case "Fn::Sub" if isinstance(element, str):
            yield from _IN_SUB.findall(element)
        case _:
            yield from referred(element)
