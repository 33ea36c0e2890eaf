"""The dead-letter queues of a deployed stack: found from its resources, with what fills each and what reads it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from operations.console import OperationError
from operations.target import Target

_SUFFIX = "DeadLetterQueue"


@dataclass(frozen=True)
class Consumer:
    """The function whose failures end in a dead-letter queue: its ARN, as its mapping names it, and its name."""

    arn: str
    name: str
    service: str
    log_group: str


@dataclass(frozen=True)
class Stream:
    """The event source mapping behind a dead-letter queue that holds pointers into a stream."""

    arn: str
    patterns: tuple[Any, ...]

    @property
    def table(self) -> str:
        """The table whose stream it is."""
        return self.arn.split("/stream/")[0].rsplit("/", 1)[1]


@dataclass
class DeadLetterQueue:
    """A queue in which what failed waits for a person. `work` is the URL and ARN of the queue that it serves."""

    logical_id: str
    url: str
    arn: str
    messages: int
    hidden: int
    work: tuple[str, str] | None = None
    stream: Stream | None = None
    consumer: Consumer | None = None
    feeds: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What an operator calls it: its logical id without what all have in common."""
        return self.logical_id.removesuffix(_SUFFIX)

    @property
    def service(self) -> str:
        """Whose it is."""
        return self.consumer.service if self.consumer else "?"

    def says(self, word: str) -> bool:
        """Whether a part of its names is this word."""
        return any(word.lower() in text.lower() for text in (self.logical_id, self.url.rsplit("/", 1)[1]))


class DeployedStack:
    """A stack's resources, looked up once."""

    def __init__(self, target: Target) -> None:
        self.target = target

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """Every resource's summary. Raises OperationError when there is no such stack."""
        pages = self.target.client("cloudformation").get_paginator("list_stack_resources")
        try:
            return [
                resource
                for page in pages.paginate(StackName=self.target.stack)
                for resource in page["StackResourceSummaries"]
                if resource.get("PhysicalResourceId")
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise OperationError(
                f"there is no stack {self.target}; name one: STACK=yafdp-dev REGION=eu-central-1"
            ) from error

    def of_type(self, kind: str) -> dict[str, str]:
        """Physical ids by logical id."""
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in self.resources
            if resource["ResourceType"] == kind
        }

    def dead_letter_queues(self) -> list[DeadLetterQueue]:
        """All of them, by service and name."""
        return sorted(Survey(self).dead_letter_queues(), key=lambda queue: (queue.service, queue.name))


class Survey:
    """Puts together, from what the services say about themselves, what leads into which dead-letter queue."""

    def __init__(self, stack: DeployedStack) -> None:
        self._stack, self._client = stack, stack.target.client
        self._consumers: dict[str, Consumer] = {}

    def dead_letter_queues(self) -> Iterator[DeadLetterQueue]:
        """Every queue of the stack that something gives its failures to."""
        queues = dict(self._queues())
        mappings = list(self._mappings())
        sources = self._sources(queues, mappings)
        for arn, (logical_id, url, attributes) in queues.items():
            if arn not in sources:
                continue
            queue = DeadLetterQueue(
                logical_id,
                url,
                arn,
                int(attributes["ApproximateNumberOfMessages"]),
                int(attributes["ApproximateNumberOfMessagesNotVisible"]),
                feeds=sources[arn],
            )
            self._complete(queue, queues, mappings)
            yield queue

    def _queues(self) -> Iterator[tuple[str, tuple[str, str, dict[str, str]]]]:
        """ARN, then logical id, URL and attributes."""
        sqs = self._client("sqs")
        for logical_id, url in self._stack.of_type("AWS::SQS::Queue").items():
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            yield attributes["QueueArn"], (logical_id, url, attributes)

    def _mappings(self) -> Iterator[dict[str, Any]]:
        """The stack's event source mappings."""
        own = set(self._stack.of_type("AWS::Lambda::EventSourceMapping").values())
        for page in self._client("lambda").get_paginator("list_event_source_mappings").paginate():
            yield from (mapping for mapping in page["EventSourceMappings"] if mapping["UUID"] in own)

    def _sources(self, queues: dict[str, Any], mappings: list[dict[str, Any]]) -> dict[str, list[str]]:
        """By a dead-letter queue's ARN: what fills it."""
        sources: dict[str, list[str]] = defaultdict(list)
        tables = {physical: logical_id for logical_id, physical in self._stack.of_type("AWS::DynamoDB::Table").items()}
        for logical_id, _, attributes in queues.values():
            if dead := _redrive_target(attributes.get("RedrivePolicy")):
                sources[dead].append(logical_id)
        for mapping in mappings:
            if dead := _failure_destination(mapping):
                table = Stream(mapping["EventSourceArn"], ()).table
                sources[dead].append(f"stream of {tables.get(table, table)}")
        for dead, name in (*self._rule_targets(), *self._subscriptions()):
            sources[dead].append(name)
        return sources

    def _rule_targets(self) -> Iterator[tuple[str, str]]:
        """The dead-letter queue of each rule's target, and the rule's logical id."""
        # A rule of a custom bus is `bus|rule` to CloudFormation; a rule's name alone does not say its bus.
        rules = {
            physical.rpartition("|")[2]: name for name, physical in self._stack.of_type("AWS::Events::Rule").items()
        }
        events = self._client("events")
        for bus in ("default", *self._stack.of_type("AWS::Events::EventBus").values()):
            for page in events.get_paginator("list_rules").paginate(EventBusName=bus):
                for rule in (rule["Name"] for rule in page["Rules"] if rule["Name"] in rules):
                    for target in events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]:
                        if dead := (target.get("DeadLetterConfig") or {}).get("Arn"):
                            yield dead, rules[rule]

    def _subscriptions(self) -> Iterator[tuple[str, str]]:
        """The dead-letter queue of each SNS subscription, and its logical id."""
        sns = self._client("sns")
        for logical_id, arn in self._stack.of_type("AWS::SNS::Subscription").items():
            attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
            if dead := _redrive_target(attributes.get("RedrivePolicy")):
                yield dead, logical_id

    def _complete(self, queue: DeadLetterQueue, queues: dict[str, Any], mappings: list[dict[str, Any]]) -> None:
        """Note what the queue serves, and whose failures are in it."""
        served = [
            arn for arn, (_, _, given) in queues.items() if _redrive_target(given.get("RedrivePolicy")) == queue.arn
        ]
        if served:
            queue.work = (queues[served[0]][1], served[0])
        for mapping in mappings:
            if _failure_destination(mapping) == queue.arn:
                filters = (mapping.get("FilterCriteria") or {}).get("Filters", [])
                patterns = tuple(json.loads(each["Pattern"]) for each in filters)
                queue.stream = Stream(mapping["EventSourceArn"], patterns)
                queue.consumer = self._consumer(mapping["FunctionArn"])
            elif mapping["EventSourceArn"] in served:
                queue.consumer = self._consumer(mapping["FunctionArn"])

    def _consumer(self, function: str) -> Consumer:
        if function not in self._consumers:
            configuration = self._client("lambda").get_function_configuration(FunctionName=function)
            name = configuration["FunctionName"]
            variables = (configuration.get("Environment") or {}).get("Variables", {})
            group = (configuration.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
            self._consumers[function] = Consumer(function, name, variables.get("POWERTOOLS_SERVICE_NAME", name), group)
        return self._consumers[function]


def _redrive_target(policy: str | None) -> str | None:
    return json.loads(policy).get("deadLetterTargetArn") if policy else None


def _failure_destination(mapping: dict[str, Any]) -> str | None:
    destination: str | None = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    return destination


def choose(queues: list[DeadLetterQueue], wanted: str) -> list[DeadLetterQueue]:
    """The queues an operator means: `all`, one by its name, or the only one that has the word in it.

    Raises OperationError if that is none or several.
    """
    if wanted == "all":
        return queues
    if exact := [queue for queue in queues if wanted.lower() in (queue.name.lower(), queue.logical_id.lower())]:
        return exact
    # The queue that is served may be named instead of the one in which its failures are.
    found = [queue for queue in queues if queue.says(wanted)]
    if len(found) == 1:
        return found
    names = ", ".join(queue.name for queue in found or queues)
    reason = "is in several names" if found else "is in no name"
    raise OperationError(f"{wanted!r} {reason}; say one of: {names}, or all")
