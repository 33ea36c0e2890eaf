"""Queue consumers: each message by itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from yafdp.kernel.context import current
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import Rejection
from yafdp.kernel.queue import attempt, each_message, together


class Context:
    """Lambda's context, as far as the doors look at it."""

    function_name = "unit"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:unit"
    aws_request_id = "request"


class Refused(Rejection):
    """A business answer."""


def body(name: str, **changes: Any) -> str:
    envelope = {
        "id": f"id-{name}",
        "type": name,
        "version": 1,
        "occurredAt": "2026-01-01T00:00:00.000Z",
        "aggregateId": "a",
        "correlationId": f"story-{name}",
        "data": {},
    }
    return json.dumps(envelope | changes)


def consumed(*bodies: str) -> tuple[list[str], list[str], list[str]]:
    """The types that the consumer saw, its correlation ids, and the message ids that it reported as failed."""
    seen, stories = list[str](), list[str]()

    def consume(message: Envelope) -> None:
        seen.append(message.type)
        stories.append(current().correlation_id)
        if message.type == "Broken":
            raise RuntimeError("broken")
        if message.type == "Refused":
            raise Refused("no")

    records = [
        {"messageId": str(number), "eventSource": "aws:sqs", "body": text, "attributes": {}, "messageAttributes": {}}
        for number, text in enumerate(bodies)
    ]
    answer = each_message(consume)({"Records": records}, Context())
    return seen, stories, [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_message_that_fails_is_reported_and_its_neighbours_are_done() -> None:
    seen, _, failed = consumed(body("One"), body("Broken"), body("Two"))
    assert (seen, failed) == (["One", "Broken", "Two"], ["1"])


def test_a_batch_that_fails_whole_is_reported_whole() -> None:
    assert consumed(body("Broken"), body("Broken"))[2] == ["0", "1"]


def test_a_business_refusal_is_done_not_failed() -> None:
    assert consumed(body("Refused"))[2] == []


@pytest.mark.parametrize(
    "poison", ["not json", "[]", "null", "3", '{"detail": 3}', body("Old", version=2), '{"type": "Half"}']
)
def test_poison_is_reported_so_that_it_ends_in_the_dead_letter_queue(poison: str) -> None:
    seen, _, failed = consumed(body("One"), poison, body("Two"))
    assert (seen, failed) == (["One", "Two"], ["1"])


def test_an_event_from_the_bus_and_a_bare_command_are_opened_alike() -> None:
    wrapped = json.dumps({"source": "yafdp.test", "detail-type": "One", "detail": json.loads(body("One"))})
    assert consumed(wrapped, body("Two"))[0] == ["One", "Two"]


def test_each_message_is_handled_under_its_own_correlation() -> None:
    assert consumed(body("One"), body("Two"))[1] == ["story-One", "story-Two"]


def test_a_consumer_can_ask_which_delivery_this_is() -> None:
    attempts = list[int]()
    records = [
        {"messageId": str(n), "eventSource": "aws:sqs", "body": body("One"), "attributes": attributes}
        for n, attributes in enumerate([{"ApproximateReceiveCount": "3"}, {"ApproximateReceiveCount": "1"}])
    ]
    each_message(lambda _: attempts.append(attempt()))({"Records": records}, Context())
    assert attempts == [3, 1]
    assert attempt() == 1


def consumed_together(*bodies: str) -> tuple[list[list[str]], list[str]]:
    """What the consumer of whole batches got, and the message ids that it reported as failed."""
    seen = list[list[str]]()

    def consume(messages: Sequence[Envelope]) -> Mapping[str, Exception]:
        seen.append([message.type for message in messages])
        if any(message.type == "Fatal" for message in messages):
            raise RuntimeError("all of it")
        return {message.id: RuntimeError("broken") for message in messages if message.type == "Broken"}

    records = [
        {"messageId": str(number), "eventSource": "aws:sqs", "body": text, "attributes": {}, "messageAttributes": {}}
        for number, text in enumerate(bodies)
    ]
    answer = together(consume)({"Records": records}, Context())
    return seen, [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_is_consumed_at_once_and_what_fails_is_reported_by_itself() -> None:
    assert consumed_together(body("One"), body("Broken"), body("Two")) == ([["One", "Broken", "Two"]], ["1"])


def test_what_is_no_envelope_fails_and_the_rest_of_its_batch_is_consumed() -> None:
    assert consumed_together("not json", body("One"), "{}") == ([["One"]], ["0", "2"])
    assert consumed_together("not json") == ([], ["0"])


def test_an_event_that_stands_twice_in_a_batch_is_one_piece_of_work() -> None:
    assert consumed_together(body("One"), body("One")) == ([["One"]], [])
    assert consumed_together(body("Broken"), body("Broken")) == ([["Broken"]], ["0", "1"])


def test_a_consumer_that_raises_fails_its_batch_and_is_not_an_error_of_the_function() -> None:
    assert consumed_together(body("One"), body("Fatal"), "not json") == ([["One", "Fatal"]], ["0", "1", "2"])
