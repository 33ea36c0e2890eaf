"""Tells the emulator where each deployed function's code is edited, so that saving a file is enough."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.settings import Settings
from local.stack import resources

Template = dict[str, Any]


class _TagBlind(yaml.SafeLoader):
    """Reads CloudFormation's YAML; `!Ref` and its like become None, since no answer here depends on them."""


_TagBlind.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def read_template(path: Path) -> Template:
    """The template as plain data."""
    template: Template = yaml.load(path.read_text(), Loader=_TagBlind)  # noqa: S506  a SafeLoader
    return template


def write(settings: Settings) -> None:
    """Writes sources.json for the stack as it is deployed now."""
    template = read_template(settings.root / "template.yaml")
    document = {
        "functions": function_sources(template, resources(settings), settings.root),
        "layer": str(settings.root / "layers" / "platform"),
    }
    # Replaced in one move: the emulator may read it at any moment.
    draft = settings.sources.with_suffix(".draft")
    draft.write_text(json.dumps(document, indent=2))
    draft.replace(settings.sources)


def function_sources(template: Template, deployed: Mapping[str, str], root: Path) -> dict[str, str]:
    """Absolute source directories by the deployed function's name."""
    shared = template.get("Globals", {}).get("Function", {}).get("CodeUri")
    return {
        deployed[logical_id]: str((root / uri).resolve())
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and logical_id in deployed
        if (uri := resource.get("Properties", {}).get("CodeUri", shared))
    }
