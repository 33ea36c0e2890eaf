"""How bridges add to what MiniStack's CloudFormation does with a resource type."""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def handlers(resource_type: str) -> dict[str, Any]:
    """MiniStack's handlers of a resource type: create, update, delete."""
    found: dict[str, Any] = provisioners._RESOURCE_HANDLERS[resource_type]
    return found


def also(resource_type: str, apply: Callable[[str, Properties], None]) -> None:
    """After a resource was created or updated, call `apply(physical id, properties)` as well."""
    upstream = handlers(resource_type)
    create, update = upstream["create"], upstream["update"]

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        result: tuple[str, Any] = create(logical_id, properties, stack)
        apply(result[0], properties)
        return result

    def updated(physical_id: str, old: Properties, new: Properties, *rest: Any, **named: Any) -> tuple[str, Any]:
        result: tuple[str, Any] = update(physical_id, old, new, *rest, **named)
        apply(result[0], new)
        return result

    upstream |= {"create": created, "update": updated}


def is_true(value: Any) -> bool:
    """A template's boolean: CloudFormation takes the words, too."""
    return str(value).lower() == "true"
