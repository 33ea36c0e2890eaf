"""The bus: which event reaches which function, by the template's rules; and the functions' own code behind it."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

from local import catalogue
from local.settings import ROOT
from local.template import load, resources
from yafdp.kernel import queue
from yafdp.kernel.envelope import Envelope

# Those who take part in an order; others only listen to what becomes of it.
PARTICIPANTS = frozenset({"catalog", "ordering", "payments", "kitchen", "delivery"})
TEMPLATE = load(ROOT / "template.yaml")


class Context:
    """Lambda's context, as far as the doors look at it."""

    function_name = "unit"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:unit"
    aws_request_id = "request"


@dataclass(frozen=True)
class Consumer:
    """A participant's function behind its queue. `delayed`: the queue holds its messages back; `receives`: how often it
    gives a message out before it is a dead letter.
    """

    name: str
    consume: Callable[[Envelope], None]
    delayed: bool
    receives: int


@dataclass(eq=False)
class Message:
    """A message in a queue, with what it failed with each time it was received."""

    consumer: Consumer
    type: str
    body: str
    failures: list[Exception] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.type} to {self.consumer.name}"

    @property
    def dead(self) -> bool:
        """Whether its queue gives it out no more."""
        return len(self.failures) >= self.consumer.receives

    def redriven(self) -> "Message":
        """The same message, as new."""
        return Message(self.consumer, self.type, self.body)

    def received(self) -> bool:
        """Hand it to its function as Lambda would; whether that took it."""

        def consume(envelope: Envelope) -> None:
            try:
                self.consumer.consume(envelope)
            except Exception as failure:
                failures.append(failure)
                raise

        failures: list[Exception] = []
        record = {
            "messageId": "message",
            "receiptHandle": "handle",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:queue",
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(len(self.failures) + 1)},
            "messageAttributes": {},
        }
        answer = queue.each_message(consume)({"Records": [record]}, Context())
        self.failures += failures if answer["batchItemFailures"] else []
        return not answer["batchItemFailures"]


def copies(event: dict[str, Any]) -> Iterator[Message]:
    """One message for each participant whose rule lets the event through."""
    for pattern, consumer in _consumers():
        if fits(pattern, event):
            yield Message(consumer, event["detail-type"], json.dumps(event))


def fits(pattern: Any, value: Any) -> bool:
    """Whether EventBridge would let the value through: a list holds alternatives, a mapping asks field by field.

    Raises ValueError for a filter that is not known here.
    """
    if isinstance(pattern, dict):
        inside = value if isinstance(value, dict) else {}
        return all(fits(wanted, inside.get(name)) for name, wanted in pattern.items())
    return any(_holds(condition, value) for condition in pattern)


def _holds(condition: Any, value: Any) -> bool:
    match condition:
        case str() | bool():
            return bool(condition == value)
        case {"exists": bool(wanted)}:
            return (value is not None) is wanted
    raise ValueError(f"no such filter here: {condition!r}")


@cache
def _consumers() -> tuple[tuple[dict[str, Any], Consumer], ...]:
    functions, queues = resources(TEMPLATE, "AWS::Serverless::Function"), resources(TEMPLATE, "AWS::SQS::Queue")
    return tuple(
        (rule.pattern, _consumer(name, functions[name], queues[rule.queue]))
        for rule in catalogue.consumers(TEMPLATE)
        for name in rule.functions
        if functions[name]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] in PARTICIPANTS
    )


def _consumer(name: str, function: dict[str, Any], source: dict[str, Any]) -> Consumer:
    return Consumer(
        name=name,
        consume=_behind(function["CodeUri"]),
        delayed="DelaySeconds" in source,
        receives=source["RedrivePolicy"]["maxReceiveCount"],
    )


def _behind(code: str) -> Callable[[Envelope], None]:
    """What the door of a queue gives each of its messages to."""
    spec = importlib.util.spec_from_file_location(code.replace("/", "_"), ROOT / code / "app.py")
    assert spec is not None
    assert spec.loader is not None
    door = importlib.util.module_from_spec(spec)
    with mock.patch.object(queue, "each_message", lambda consume: consume):
        spec.loader.exec_module(door)
    consume: Callable[[Envelope], None] = door.handler
    return consume
