"""Stream consumers: a table's new events one by one, in the order of their aggregate; the first that fails is told."""

from collections.abc import Callable
from typing import Any

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.journal import event_in
from yafdp.kernel.observability import Handler, logger, observed, step, under


def each_event(consume: Callable[[Envelope], None]) -> Handler:
    """A Lambda handler that gives each EVENT item of a stream batch to `consume`, under the event's own correlation.

    It stops at the first record that raises and answers with that one, so that the stream delivers from there again:
    what comes after it is neither told early nor told twice. The mapping's retries bring a poison record to its failure
    queue.
    """

    def handler(event: dict[str, Any], _context: Any) -> Any:
        for record in event["Records"]:
            try:
                _consume(consume, record)
            except Exception:
                number = record["dynamodb"]["SequenceNumber"]
                logger.exception("stream record failed", extra={"sequence_number": number})
                return {"batchItemFailures": [{"itemIdentifier": number}]}
        return {"batchItemFailures": []}

    return observed(handler)


def _consume(consume: Callable[[Envelope], None], record: dict[str, Any]) -> None:
    try:
        event = event_in(record["dynamodb"]["NewImage"])
    except (KeyError, ValueError) as error:
        raise InvalidMessage(f"not an event: {error}") from error
    with step(event.type), under(event.correlation()):
        consume(event)
