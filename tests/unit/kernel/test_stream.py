"""Stream consumers: in order, from the first failure again, and poison is told and not dropped."""

from types import SimpleNamespace
from typing import Any

from yafdp.kernel.dynamo import to_item
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.stream import each_event


def record(number: int, **changes: Any) -> dict[str, Any]:
    envelope = {
        "id": f"id-{number}",
        "type": "Happened",
        "version": 1,
        "occurredAt": "2026-01-01T00:00:00.000Z",
        "aggregateId": "a",
        "sequence": number,
        "correlationId": "story",
        "data": {},
    }
    image = {"pk": "A#a", "sk": f"EVENT#{number}", "source": "yafdp.test", "envelope": envelope | changes}
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "NewImage": to_item(image)}}


def consumed(records: list[dict[str, Any]], refuses: str = "") -> tuple[list[str], Any]:
    """The ids of the events that were consumed, and the answer."""
    seen: list[str] = []

    def consume(event: Envelope) -> None:
        if event.id == refuses:
            raise TimeoutError
        seen.append(event.id)

    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="arn", aws_request_id="r", function_version="1"
    )
    return seen, each_event(consume)({"Records": records}, context)


def test_every_event_of_a_batch_is_consumed_in_order() -> None:
    seen, answer = consumed([record(number) for number in range(3)])
    assert seen == ["id-0", "id-1", "id-2"]
    assert answer == {"batchItemFailures": []}


def test_from_the_first_failure_on_everything_comes_again_and_nothing_before_it() -> None:
    seen, answer = consumed([record(number) for number in range(4)], refuses="id-2")
    assert seen == ["id-0", "id-1"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_what_is_no_event_fails_by_itself() -> None:
    poison = record(1) | {"dynamodb": {"SequenceNumber": "1", "NewImage": to_item({"pk": "A#a"})}}
    seen, answer = consumed([record(0), poison, record(2)])
    assert seen == ["id-0"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_an_envelope_that_lacks_a_field_is_poison_too() -> None:
    _, answer = consumed([record(0, data=None)])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
