"""Queue consumers: each message by itself, partial failures reported, nothing swallowed."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, cast

import msgspec
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from yafdp.kernel.envelope import Envelope, opened
from yafdp.kernel.errors import InvalidMessage, Rejection
from yafdp.kernel.observability import Handler, logger, observed, step, under
from yafdp.kernel.redelivery import come_again, receives

_attempt: ContextVar[int] = ContextVar("attempt", default=1)


def attempt() -> int:
    """Which delivery of the message at hand this is: 1 for the first, and outside of a queue's consumer."""
    return _attempt.get()


def each_message(consume: Callable[[Envelope], None]) -> Handler:
    """A Lambda handler that gives each message of an SQS batch to `consume`, under the message's own correlation.

    A message that raises is reported as failed and comes again, soon at first and then later and later, until its
    queue gives it to the dead-letter queue; its neighbours are done.
    A Rejection is an answer, not a failure: the service has written it down before it raised, so the message is done.
    """

    def one(record: SQSRecord) -> None:
        message = opened(record.body)
        with step(message.type), under(message.correlation()):
            try:
                consume(message)
            except Rejection as rejection:
                logger.info("rejected", extra={"rejection": type(rejection).__name__, "reason": str(rejection)})

    return _each(one)


def each_body[T](kind: type[T], consume: Callable[[T], None]) -> Handler:
    """The same for a queue that something other than our bus fills: each body is JSON that must fit the struct."""

    def one(record: SQSRecord) -> None:
        try:
            message = msgspec.json.decode(record.body, type=kind)
        except msgspec.DecodeError as error:
            raise InvalidMessage(f"not a {kind.__name__}: {error}") from error
        with step(kind.__name__):
            consume(message)

    return _each(one)


def together(consume: Callable[[Sequence[Envelope]], Mapping[str, Exception]]) -> Handler:
    """A Lambda handler for work that is cheaper done at once: `consume` gets all messages of an SQS batch and answers
    with the failures, by the messages' ids. Each message still fails, comes again and dies by itself.

    The work on each message must go on under its own correlation (`under`); only what is shared goes under none.
    """

    def handler(event: dict[str, Any], _context: Any) -> Any:
        records = [SQSRecord(record) for record in event["Records"]]
        messages, failures = _opened(records)
        failures |= _failures(consume, messages)
        failed = [record for record in records if record.message_id in failures]
        for record in failed:
            extra = {"message_id": record.message_id, "attempt": receives(record)}
            logger.error("message failed", exc_info=failures[record.message_id], extra=extra)
        come_again(failed)
        return {"batchItemFailures": [{"itemIdentifier": record.message_id} for record in failed]}

    return observed(handler)


def _opened(records: Sequence[SQSRecord]) -> tuple[dict[str, Envelope], dict[str, Exception]]:
    """The envelopes in the records, and what is wrong with the others, by SQS's message ids."""
    messages: dict[str, Envelope] = {}
    failures: dict[str, Exception] = {}
    for record in records:
        try:
            messages[record.message_id] = opened(record.body)
        except InvalidMessage as error:
            failures[record.message_id] = error
    return messages, failures


def _failures(
    consume: Callable[[Sequence[Envelope]], Mapping[str, Exception]], messages: dict[str, Envelope]
) -> dict[str, Exception]:
    # An event that was delivered twice may stand twice in a batch; it is one piece of work.
    distinct = {message.id: message for message in messages.values()}
    if not distinct:
        return {}
    try:
        failed = consume(list(distinct.values()))
    except Exception as error:
        failed = dict.fromkeys(distinct, error)
    return {message_id: failed[message.id] for message_id, message in messages.items() if message.id in failed}


def _each(one: Callable[[SQSRecord], None]) -> Handler:
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def one_or_logged(record: SQSRecord) -> None:
        token = _attempt.set(receives(record))
        try:
            one(record)
        except Exception:
            logger.exception("message failed", extra={"message_id": record.message_id, "attempt": attempt()})
            raise
        finally:
            _attempt.reset(token)

    def handler(event: dict[str, Any], context: Any) -> Any:
        answer = process_partial_response(
            event=event, record_handler=one_or_logged, processor=processor, context=context
        )
        # After the batch, not after the message: the wait begins when Lambda hears of the failure.
        come_again(cast(list[SQSRecord], processor.fail_messages))
        return answer

    return observed(handler)
