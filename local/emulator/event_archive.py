"""AWS::Events::Archive in a template.

MiniStack 1.5.33 has archives and replays, but refuses a template with this type.
"""

import json
from typing import Any

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from local.emulator.provisioning import Properties


def _put(name: str, properties: Properties) -> tuple[str, dict[str, Any]]:
    pattern = properties.get("EventPattern") or ""
    request = {
        "ArchiveName": name,
        "EventSourceArn": properties["SourceArn"],
        "Description": properties.get("Description", ""),
        "EventPattern": pattern if isinstance(pattern, str) else json.dumps(pattern),
        "RetentionDays": int(properties.get("RetentionDays", 0)),
    }
    status, _, body = eventbridge._create_archive(request)
    if status >= 400:
        raise ValueError(f"AWS::Events::Archive: {body.decode()}")
    return name, {"Arn": eventbridge._archives[name]["ArchiveArn"], "ArchiveName": name}


def _create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, Any]]:
    return _put(properties.get("ArchiveName") or f"{stack}-{logical_id}", properties)


def _update(name: str, _old: Properties, properties: Properties, _stack: str) -> tuple[str, dict[str, Any]]:
    _delete(name, properties)
    return _put(name, properties)


def _delete(name: str, _properties: Properties) -> None:
    eventbridge._archives.pop(name, None)


def install() -> None:
    """Add the type."""
    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {"create": _create, "update": _update, "delete": _delete}
