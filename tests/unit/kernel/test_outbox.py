"""The relay: nothing that the bus refused counts as told, and what is no event is never dropped in silence."""

from typing import Any

import pytest

from yafdp.kernel import outbox
from yafdp.kernel.dynamo import to_item


class Bus:
    """An event bus that refuses the events it is told to."""

    def __init__(self, refuses: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        self.refuses, self.told, self.calls = refuses, list[str](), list[int]()

    def put_events(self, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 (boto3's name)
        self.calls.append(len(Entries))
        refused = [any(name in entry["Detail"] for name in self.refuses) for entry in Entries]
        self.told += [entry["DetailType"] for entry, no in zip(Entries, refused, strict=True) if not no]
        answers = [{"ErrorCode": "ThrottlingException"} if no else {"EventId": "e"} for no in refused]
        return {"FailedEntryCount": sum(refused), "Entries": answers}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    opened = Bus()
    monkeypatch.setattr(outbox, "client", lambda _: opened)
    return opened


def record(number: int, image: dict[str, Any] | None = None) -> dict[str, Any]:
    envelope = {
        "id": f"id-{number}",
        "type": f"Happened{number}",
        "version": 1,
        "occurredAt": "2026-01-01T00:00:00.000Z",
        "aggregateId": "a",
        "sequence": number,
        "correlationId": "story",
        "data": {},
    }
    whole = {"pk": "A#a", "sk": "EVENT#1", "source": "yafdp.test", "envelope": envelope} if image is None else image
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "NewImage": to_item(whole)}}


def test_events_go_on_the_bus_in_order_and_ten_a_call(bus: Bus) -> None:
    answer = outbox.relay([record(number) for number in range(23)])
    assert answer == {"batchItemFailures": []}
    assert bus.told == [f"Happened{number}" for number in range(23)]
    assert bus.calls == [10, 10, 3]


def test_an_event_that_the_bus_refused_is_reported_and_nothing_after_it_is_tried(bus: Bus) -> None:
    bus.refuses = {'"id-12"'}
    answer = outbox.relay([record(number) for number in range(23)])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "12"}]}
    assert bus.calls == [10, 10]


def test_a_record_that_is_no_event_is_reported_after_those_before_it_were_told(bus: Bus) -> None:
    answer = outbox.relay([record(0), record(1, {"pk": "A#a", "sk": "EVENT#1", "envelope": "nonsense"}), record(2)])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert bus.told == ["Happened0"]
