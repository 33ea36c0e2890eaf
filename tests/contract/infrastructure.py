"""The template's resources as the laws about them want to see them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.settings import ROOT
from local.template import Resources, Template, load, referred, resources

TEMPLATE = load(ROOT / "template.yaml")
BANNER = re.compile(r"^  # -{10,}\n  # (?P<name>[^:\n]+): .+\n  # -{10,}\n", re.MULTILINE)
FUNCTION = "AWS::Serverless::Function"
MACHINE = "AWS::Serverless::StateMachine"
QUEUE = "AWS::SQS::Queue"
RULE = "AWS::Events::Rule"
ALARM = "AWS::CloudWatch::Alarm"


@dataclass(frozen=True)
class Statement:
    """One IAM statement of a function's or a machine's policy."""

    owner: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    allows: bool = True

    @property
    def named(self) -> set[str]:
        """The logical ids that it is about."""
        return set(referred(list(self.resources)))


def functions(template: Template) -> Resources:
    """Every function's properties, with the Globals that hold for it."""
    shared = template["Globals"]["Function"]
    return {name: shared | properties for name, properties in resources(template, FUNCTION).items()}


def service(function: dict[str, Any]) -> str:
    """The service that a function belongs to: the name under which it logs and traces."""
    name: str = function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    return name


def statements(template: Template) -> Iterator[Statement]:
    """Every statement of every policy of functions and state machines."""
    for kind in (FUNCTION, MACHINE):
        for name, properties in resources(template, kind).items():
            for policy in properties.get("Policies", []):
                for statement in _listed(policy["Statement"]):
                    actions, on = _listed(statement["Action"]), _listed(statement["Resource"])
                    yield Statement(name, tuple(actions), tuple(on), statement["Effect"] == "Allow")


def consumers_of(template: Template, queue: str) -> dict[str, dict[str, Any]]:
    """The event source mappings that read a queue, by function."""
    return {
        name: source["Properties"]
        for name, function in functions(template).items()
        for source in function.get("Events", {}).values()
        if source["Type"] == "SQS" and queue in referred(source["Properties"]["Queue"])
    }


def mappings(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Every event source mapping of a kind (SQS, DynamoDB), by `<function>.<event>`."""
    return {
        f"{name}.{event}": source["Properties"]
        for name, function in functions(template).items()
        for event, source in function.get("Events", {}).items()
        if source["Type"] == kind
    }


def redrives(template: Template) -> dict[str, str]:
    """Each queue's dead-letter queue."""
    return {
        name: next(referred(queue["RedrivePolicy"]["deadLetterTargetArn"]))
        for name, queue in resources(template, QUEUE).items()
        if "RedrivePolicy" in queue
    }


def dead_letter_queues(template: Template) -> set[str]:
    """The queues in which what failed waits for a person: of queues, of rules' targets and of streams."""
    of_rules = {
        dead
        for rule in resources(template, RULE).values()
        for target in rule["Targets"]
        for dead in referred(target.get("DeadLetterConfig", {}))
    }
    of_streams = {
        dead for mapping in mappings(template, "DynamoDB").values() for dead in referred(mapping["DestinationConfig"])
    }
    return set(redrives(template).values()) | of_rules | of_streams


def whole(value: Any, template: Template) -> int:
    """The smallest number that a property can have, through mappings by stage."""
    match value:
        case int():
            return value
        case {"Fn::FindInMap": [mapping, _, key]}:
            return min(whole(column[key], template) for column in template["Mappings"][mapping].values())
    raise AssertionError(f"not a number: {value}")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def owner(template: Template, table: str) -> str:
    """The service whose functions have the table in their environment. Raises AssertionError unless it is just one."""
    owners = {
        service(function)
        for function in functions(template).values()
        if table in referred(function.get("Environment", {}))
    }
    assert len(owners) == 1, f"{table} belongs to {sorted(owners) or 'nobody'}"
    return owners.pop()
