"""The envelope: the one shape in which events and commands travel between services."""

from typing import Any

import msgspec

from yafdp.kernel.clock import timestamp
from yafdp.kernel.context import Correlation, current
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.ids import random_id

# The version of every payload schema so far; a consumer refuses versions that it does not know.
SCHEMA_VERSION = 1


class Envelope(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """An event or command with its origin. `sequence` is its place in the aggregate's journal; commands have none."""

    id: str
    type: str
    version: int
    occurred_at: str
    aggregate_id: str
    correlation_id: str
    data: dict[str, Any]
    sequence: int = 0
    causation_id: str | None = None
    trace_header: str | None = None

    def correlation(self) -> Correlation:
        """The context for whatever this message causes."""
        return Correlation(self.correlation_id, self.id, self.trace_header)

    def json(self) -> str:
        """The wire form."""
        return msgspec.json.encode(self).decode()


def command(message: msgspec.Struct, aggregate_id: str) -> Envelope:
    """A command to another door of the same service, under the current correlation. Its type is the struct's name."""
    cause = current()
    return Envelope(
        id=random_id(),
        type=type(message).__name__,
        version=SCHEMA_VERSION,
        occurred_at=timestamp(),
        aggregate_id=aggregate_id,
        correlation_id=cause.correlation_id,
        causation_id=cause.causation_id,
        trace_header=cause.trace_header,
        data=msgspec.to_builtins(message),
    )


def opened(body: str | bytes) -> Envelope:
    """The envelope in a queue message: bare (a command) or as the detail of an EventBridge event.

    Raises InvalidMessage for anything else, so that it ends in the dead-letter queue rather than in silence.
    """
    try:
        raw = msgspec.json.decode(body)
        envelope = msgspec.convert(raw.get("detail", raw), Envelope)
    except (msgspec.MsgspecError, AttributeError) as error:
        raise InvalidMessage(f"not an envelope: {error}") from error
    if envelope.version != SCHEMA_VERSION:
        raise InvalidMessage(f"{envelope.type} has version {envelope.version}; this consumer knows {SCHEMA_VERSION}")
    return envelope


def contents[T](envelope: Envelope, kind: type[T]) -> T:
    """The envelope's data as its typed message. Raises InvalidMessage if it does not fit."""
    try:
        return msgspec.convert(envelope.data, kind)
    except msgspec.ValidationError as error:
        raise InvalidMessage(f"{envelope.type}: {error}") from error
