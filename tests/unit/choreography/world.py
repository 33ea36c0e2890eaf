"""A small world in which choreographed orders go their way: participants, a bus that repeats and shuffles, a gateway
and functions that fail at times, and people who do what they like. Everything random in it comes from one seed.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

import boto3

from tests.unit.choreography import bus
from tests.unit.choreography.bus import Message
from tests.unit.choreography.tables import Tables
from yafdp.kernel import journal
from yafdp.kernel.clients import client
from yafdp.kernel.dynamo import Item
from yafdp.kernel.messages import Money
from yafdp.kernel.outbox import relay
from yafdp.payments import store as payments_store
from yafdp.payments.messages import GatewayTimeout
from yafdp.payments.model import Action, Charge, Returned
from yafdp.payments.sandbox import Sandbox

# How often a call to a table lets somebody else go first, and how deep that nests.
INTERRUPTED, DEEPEST = 0.1, 3
# How often a function dies behind a write, and how often in the life of a world: fewer than any queue's receives.
CRASHED, CRASHES = 0.03, 3
# How often the gateway does not answer, and how often in the life of a world.
SILENT, SILENCES = 0.2, 3

type Act = Callable[[], bool]


class Crash(Exception):
    """The function died at the worst moment: what it wrote is written, and nobody hears of it."""


class World:
    """The world. `waiting` are messages and people's acts, of which any may be next; `held_back` waits for its time."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.tables = Tables()
        self.tables.before, self.tables.after, self.tables.inserted = self._interrupted, self._crash, self._insert
        self.waiting: list[Message | Act] = []
        self.held_back: list[Message] = []
        self.dead: list[Message] = []
        self.lost: Callable[[Message], bool] = lambda _: False
        self.started: list[dict[str, Any]] = []
        self.log: list[str] = []
        self._depth, self._crashes, self._silences = 0, CRASHES, SILENCES

    @contextmanager
    def open(self) -> Iterator["World"]:
        """Its tables, bus and gateway in place of AWS's."""
        client.cache_clear()
        logging.disable()  # of thousands of lives; a world's own log tells its story
        with (
            mock.patch.object(boto3, "client", self._client),
            mock.patch.object(journal, "FIRST_WAIT", 0),
            mock.patch.object(payments_store, "gateway", return_value=Moody(self)),
        ):
            yield self
        logging.disable(logging.NOTSET)
        client.cache_clear()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What is done in here nobody interrupts, and nothing fails."""
        (self._depth, self._crashes), before = (DEEPEST, 0), (self._depth, self._crashes)
        yield
        self._depth, self._crashes = before

    def run(self) -> None:
        """Let things happen, one after the other or in the middle of each other, until nothing waits any more."""
        while self.waiting or self.held_back:
            if not self.waiting or (self.held_back and self.random.random() < 0.02):
                self.waiting.append(self._drawn(self.held_back))
            self._happen()

    def silent(self) -> bool:
        """Whether the gateway keeps silent this time."""
        if self._silences and self.random.random() < SILENT:
            self._silences -= 1
            return True
        return False

    def _happen(self) -> None:
        next_one = self._drawn(self.waiting)
        self.log.append("  " * self._depth + str(next_one))
        self._depth += 1
        try:
            if isinstance(next_one, Message):
                self._deliver(next_one)
            elif not self._done(next_one):
                self.waiting.append(next_one)
        finally:
            self._depth -= 1

    def _deliver(self, message: Message) -> None:
        if self.lost(message):
            self.dead.append(message)
        elif not message.received():
            self.log.append("  " * self._depth + f"failed: {message.failures[-1]!r}")
            (self.dead if message.dead else self.waiting).append(message)

    def _done(self, act: Act) -> bool:
        try:
            return act()
        except Crash:
            return False

    def _drawn[T](self, some: list[T]) -> T:
        return some.pop(self.random.randrange(len(some)))

    def _interrupted(self) -> None:
        if self._depth and self._depth < DEEPEST and self.waiting and self.random.random() < INTERRUPTED:
            self._happen()

    def _crash(self) -> None:
        if self._depth and self._crashes and self.random.random() < CRASHED:
            self._crashes -= 1
            raise Crash

    def _insert(self, item: Item) -> None:
        """As a table's stream with its filter: new events, and nothing else, go to the relay."""
        if item["sk"]["S"].startswith(journal.EVENT_PREFIX):
            answer = relay([{"dynamodb": {"NewImage": item, "SequenceNumber": "1"}}])
            assert answer == {"batchItemFailures": []}

    def _client(self, service: str, **_: object) -> Any:
        match service:
            case "dynamodb":
                return self.tables
            case "events":
                return Events(self)
            case "sqs":
                return mock.Mock(change_message_visibility_batch=mock.Mock(return_value={}))
            case "stepfunctions":
                return Machines(self)
        raise AssertionError(f"no participant of a choreography needs {service}")


class Events:
    """The bus: each event goes to every queue whose rule lets it through, once or more often."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put_events(self, **call: Any) -> dict[str, int]:
        """Publish."""
        for entry in call["Entries"]:
            event = {
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "detail": json.loads(entry["Detail"]),
            }
            for message in bus.copies(event):
                waiting = self._world.held_back if message.consumer.delayed else self._world.waiting
                for _ in range(self._world.random.choice((1, 1, 2, 3))):
                    waiting.append(Message(message.consumer, message.type, message.body))
        return {"FailedEntryCount": 0}


class Machines:
    """Step Functions: remembers what was started, once for each name."""

    exceptions = SimpleNamespace(ExecutionAlreadyExists=type("ExecutionAlreadyExists", (Exception,), {}))

    def __init__(self, world: World) -> None:
        self._world = world

    def start_execution(self, **start: Any) -> None:
        """Start an execution."""
        if any(start["name"] == one["name"] for one in self._world.started):
            raise self.exceptions.ExecutionAlreadyExists
        self._world.started.append(start)


class Moody(Sandbox):
    """The sandbox, which at times does what it is asked and does not answer, or does not even do it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> Action | None:
        """As the sandbox."""
        self._perhaps_silent()
        action = super().authorise(order_id, amount, payment_method)
        self._perhaps_silent()
        return action

    def look(self, order_id: str) -> Charge:
        """As the sandbox."""
        self._perhaps_silent()
        return super().look(order_id)

    def returned(self, order_id: str) -> Charge:
        """As the sandbox."""
        self._perhaps_silent()
        charge = super().returned(order_id)
        self._perhaps_silent()
        return charge

    def capture(self, order_id: str) -> None:
        """As the sandbox."""
        self._perhaps_silent()
        super().capture(order_id)
        self._perhaps_silent()

    def give_back(self, order_id: str) -> Returned:
        """As the sandbox."""
        self._perhaps_silent()
        returned = super().give_back(order_id)
        self._perhaps_silent()
        return returned

    def _perhaps_silent(self) -> None:
        if self._world.silent():
            raise GatewayTimeout("the gateway did not answer")
