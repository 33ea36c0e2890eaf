"""The event catalogue: who tells what, and who listens. `python -m local.catalogue` writes docs/events.md from the
template's rules and the schemas in events/.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.settings import ROOT
from local.template import Template, load, referred, resources

PAGE = Path("docs/events.md")
_OPENING = """\
# Events

Written by `python -m local.catalogue` from `template.yaml` and `events/`; a test fails when it is stale.

Every event travels as the `detail` of an EventBridge event; its `source` is `yafdp.<service>`, its `detail-type` the
event's name. All share the [envelope](../events/envelope.schema.json). A consumer is a rule, its queue (with a
dead-letter queue), and a function that takes the messages one by one.
"""


@dataclass(frozen=True)
class Consumer:
    """One listener: a rule on a bus, the queue that it fills, and the functions that read the queue."""

    rule: str
    bus: str
    pattern: dict[str, Any]
    queue: str
    functions: tuple[str, ...]

    def hears(self, source: str, event: str) -> bool:
        """Whether the rule's pattern lets the event through."""
        return all(
            any(_fits(condition, value) for condition in self.pattern.get(field, [value]))
            for field, value in (("source", source), ("detail-type", event))
        )


@dataclass(frozen=True)
class Event:
    """One event type as its schema describes it."""

    service: str
    name: str
    schema: dict[str, Any]

    @property
    def source(self) -> str:
        """Its `source` on the bus."""
        return f"yafdp.{self.service}"


def consumers(template: Template) -> list[Consumer]:
    """Every rule's listeners, in the template's order."""
    return [
        Consumer(
            rule=name,
            bus=next(referred(rule["EventBusName"])),
            pattern=rule["EventPattern"],
            queue=queue,
            functions=tuple(_readers(template, queue)),
        )
        for name, rule in resources(template, "AWS::Events::Rule").items()
        if "EventPattern" in rule  # a schedule hears no event
        for target in rule["Targets"]
        for queue in referred(target["Arn"])
    ]


def events(root: Path = ROOT) -> list[Event]:
    """Every event type that has a schema, by service and name."""
    files = sorted((root / "events").glob("*/*.schema.json"))
    return [
        Event(path.parent.name, path.name.removesuffix(".schema.json"), json.loads(path.read_text())) for path in files
    ]


def page(root: Path = ROOT) -> str:
    """The text of docs/events.md."""
    template = load(root / "template.yaml")
    listening, told = consumers(template), events(root)
    lines = [_OPENING, "## Who tells what", ""]
    for service in dict.fromkeys(event.service for event in told):
        lines += _told_by(service, [event for event in told if event.service == service], listening)
    lines += ["## Who listens", "", "| consumer | queue | bus | rule | filter |", "|---|---|---|---|---|"]
    lines += [_row(consumer) for consumer in listening]
    return "\n".join(lines) + "\n"


def _told_by(service: str, told: list[Event], listening: list[Consumer]) -> Iterator[str]:
    yield from (f"### {service}", "", "| event | what happened | data | heard by |", "|---|---|---|---|")
    for event in told:
        path = f"../events/{service}/{event.name}"
        fields = event.schema["properties"]["data"]
        data = ", ".join(f"`{name}`" if name in fields["required"] else f"`{name}`?" for name in fields["properties"])
        heard = [
            name for consumer in listening if consumer.hears(event.source, event.name) for name in consumer.functions
        ]
        link = f"[{event.name}]({path}.schema.json) ([example]({path}.example.json))"
        yield f"| {link} | {event.schema['description']} | {data} | {', '.join(heard) or 'nobody yet'} |"
    yield ""


def _row(consumer: Consumer) -> str:
    filters = f"`{json.dumps(consumer.pattern)}`"
    cells = (", ".join(consumer.functions), consumer.queue, consumer.bus, consumer.rule, filters)
    return f"| {' | '.join(cells)} |"


def _readers(template: Template, queue: str) -> Iterator[str]:
    for name, function in resources(template, "AWS::Serverless::Function").items():
        for trigger in function.get("Events", {}).values():
            if trigger["Type"] == "SQS" and queue in referred(trigger["Properties"]["Queue"]):
                yield name


def _fits(condition: Any, value: str) -> bool:
    """Whether one condition of a pattern holds. Raises ValueError for a kind that the catalogue cannot explain."""
    match condition:
        case str():
            return condition == value
        case {"prefix": str(prefix)}:
            return value.startswith(prefix)
        case {"anything-but": str(refused)}:
            return value != refused
        case {"anything-but": list(refused)}:
            return value not in refused
    raise ValueError(f"the event catalogue does not know the filter {condition!r}")


def main() -> None:
    """Write the page."""
    (ROOT / PAGE).write_text(page())


if __name__ == "__main__":
    main()
