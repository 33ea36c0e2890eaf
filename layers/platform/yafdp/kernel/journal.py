"""The journal: an aggregate's state and its events, in one table, changed in one transaction.

An aggregate is one `STATE` item with a version, beside its `EVENT#<sequence>` items. A transition updates the state
on condition of the version
and puts the event with the next sequence: a state never changes without its event, an event never exists without its
state.
The table's stream carries the events on to the bus (see outbox.py); nothing publishes by itself.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from botocore.exceptions import ClientError

from yafdp.kernel.clients import client
from yafdp.kernel.clock import timestamp
from yafdp.kernel.context import current
from yafdp.kernel.dynamo import Item, from_item, to_item
from yafdp.kernel.envelope import SCHEMA_VERSION, Envelope
from yafdp.kernel.errors import VersionConflict
from yafdp.kernel.ids import derived_id
from yafdp.kernel.observability import trace_header

STATE = "STATE"
EVENT_PREFIX = "EVENT#"
# A transition that loses the race this often is not unlucky: something writes the same aggregate in a loop.
MAX_ATTEMPTS = 8
# Seconds; the upper bound of the first wait after a lost race, doubled each time (full jitter).
FIRST_WAIT = 0.02
_RACE_CODES = {"ConditionalCheckFailed", "TransactionConflict"}


class Recorded[S](NamedTuple):
    """An aggregate as the journal holds it: version 0 and no state if it does not exist yet."""

    state: S | None
    version: int


# What is known of an aggregate that nobody has written yet.
UNBORN: Recorded[Any] = Recorded(None, 0)


class Transition[S](NamedTuple):
    """What a decision came to: the new state, the event that tells of it, and other writes of the same service that
    must happen with it.
    """

    state: S
    event: msgspec.Struct
    also: Sequence[dict[str, Any]] = ()


class Journal[S: msgspec.Struct]:
    """The journal of one kind of aggregate in its service's table.

    `source` is the service's name on the bus, `prefix` starts the partition key, `indexed` gives the attributes that
    the table's indexes need.
    """

    def __init__(
        self,
        table: str,
        *,
        source: str,
        prefix: str,
        state: type[S],
        indexed: Callable[[S], dict[str, str]] = lambda _: {},
        expires: Callable[[S], tuple[int, int]] | None = None,
    ) -> None:
        self.table, self._source, self._prefix, self._type, self._indexed = table, source, prefix, state, indexed
        self._expires = expires

    def load(self, aggregate_id: str) -> Recorded[S]:
        """The aggregate as it is now (strongly consistent)."""
        answer = client("dynamodb").get_item(
            TableName=self.table, Key=self._key(aggregate_id, STATE), ConsistentRead=True
        )
        if "Item" not in answer:
            return Recorded(None, 0)
        return self.restored(answer["Item"])

    def restored(self, item: Item) -> Recorded[S]:
        """The aggregate in a STATE item that a query found."""
        values = from_item(item)
        return Recorded(msgspec.convert(values["state"], self._type), values["version"])

    def transition(
        self,
        aggregate_id: str,
        decide: Callable[[S | None], Transition[S] | None],
        known: Recorded[S] | None = None,
    ) -> Recorded[S]:
        """Read, decide, write; and again from the start when somebody else was faster.

        `known` is what the caller has read (or `UNBORN`, for an aggregate that is most likely new) and saves the first
        read. `decide` returns None when there is nothing left to do. Raises whatever `decide` raises (nothing is
        written then), and VersionConflict if the race is lost too often.
        """
        before = known or self.load(aggregate_id)
        for attempt in range(MAX_ATTEMPTS):
            change = decide(before.state)
            if change is None:
                return before
            try:
                return self.record(aggregate_id, before.version, change)
            except VersionConflict:
                time.sleep(random.uniform(0, FIRST_WAIT * 2**attempt))  # noqa: S311 (spreading, not secrecy)
                before = self.load(aggregate_id)
        raise VersionConflict(f"{self._prefix}{aggregate_id} changed under each of {MAX_ATTEMPTS} attempts")

    def record(self, aggregate_id: str, expected: int, change: Transition[S]) -> Recorded[S]:
        """Write one transition in one transaction.

        Raises VersionConflict unless the aggregate is still at the expected version.
        """
        version = expected + 1
        writes = [
            {"Put": self._state_put(aggregate_id, expected, version, change.state)},
            {"Put": self._event_put(aggregate_id, version, change)},
            *change.also,
        ]
        try:
            client("dynamodb").transact_write_items(TransactItems=writes)
        except ClientError as error:
            own_writes = cancellation_codes(error)[:2]
            if _RACE_CODES.intersection(own_writes) or "TransactionConflict" in cancellation_codes(error):
                raise VersionConflict(f"{self._prefix}{aggregate_id} is no longer at version {expected}") from error
            raise
        return Recorded(change.state, version)

    def events(self, aggregate_id: str, after: int = 0, limit: int = 100) -> list[Envelope]:
        """The aggregate's events with a sequence above `after`, oldest first, at most `limit`."""
        answer = client("dynamodb").query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {":pk": self._prefix + aggregate_id, ":first": event_key(after + 1), ":last": f"{EVENT_PREFIX}~"}
            ),
            ConsistentRead=True,
            Limit=limit,
        )
        return [event_in(item) for item in answer["Items"]]

    def _key(self, aggregate_id: str, sort_key: str) -> Item:
        return to_item({"pk": self._prefix + aggregate_id, "sk": sort_key})

    def _state_put(self, aggregate_id: str, expected: int, version: int, state: S) -> dict[str, Any]:
        item = self._key(aggregate_id, STATE) | to_item(
            {
                "version": version,
                "state": msgspec.to_builtins(state),
                "expiresAt": self._expires(state)[0] if self._expires else None,
                **self._indexed(state),
            }
        )
        if expected == 0:
            return {"TableName": self.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        return {
            "TableName": self.table,
            "Item": item,
            "ConditionExpression": "version = :expected",
            "ExpressionAttributeValues": to_item({":expected": expected}),
        }

    def _event_put(self, aggregate_id: str, sequence: int, change: Transition[S]) -> dict[str, Any]:
        envelope = self._envelope(aggregate_id, sequence, change.event)
        item = self._key(aggregate_id, event_key(sequence)) | to_item(
            {
                "source": self._source,
                "envelope": msgspec.to_builtins(envelope),
                "expiresAt": self._expires(change.state)[1] if self._expires else None,
            }
        )
        return {"TableName": self.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _envelope(self, aggregate_id: str, sequence: int, event: msgspec.Struct) -> Envelope:
        cause = current()
        return Envelope(
            # Derived, so that however often this transition is tried or delivered, its event has one id.
            id=derived_id(self._source, self._prefix, aggregate_id, str(sequence)),
            type=type(event).__name__,
            version=SCHEMA_VERSION,
            occurred_at=timestamp(),
            aggregate_id=aggregate_id,
            sequence=sequence,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
            trace_header=trace_header() or cause.trace_header,
            data=msgspec.to_builtins(event),
        )


def event_key(sequence: int) -> str:
    """The sort key of an event: zero-padded, so that text order is number order."""
    return f"{EVENT_PREFIX}{sequence:09d}"


def event_in(item: Item) -> Envelope:
    """The envelope in an EVENT item."""
    return msgspec.convert(from_item(item)["envelope"], Envelope)


def cancellation_codes(error: ClientError) -> list[str]:
    """Why each item of a transaction was refused, in the order of the items (`None` for those that were fine); empty
    for other errors.
    """
    reasons = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code")) for reason in reasons]
