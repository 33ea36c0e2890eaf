"""The journal: a state never changes without its event, an event never exists without its state."""

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yafdp.kernel.context import Correlation, correlated
from yafdp.kernel.errors import VersionConflict
from yafdp.kernel.journal import UNBORN, Journal, Recorded, Transition, event_key
from yafdp.kernel.messages import Message


class Counter(Message, frozen=True):
    number: int


class Counted(Message, frozen=True):
    number: int


def journal() -> Journal[Counter]:
    return Journal("table", source="yafdp.test", prefix="COUNTER#", state=Counter)


def one_more(counter: Counter | None) -> Transition[Counter]:
    number = (counter.number if counter else 0) + 1
    return Transition(Counter(number=number), Counted(number=number))


def test_what_was_never_written_has_version_zero(table: str) -> None:
    assert journal().load("a") == Recorded(None, 0)


def test_a_transition_writes_the_state_and_its_event_together(table: str) -> None:
    with correlated(Correlation("story", "cause", "Root=1-2-3")):
        journal().transition("a", one_more)
    assert journal().load("a") == Recorded(Counter(number=1), 1)
    (event,) = journal().events("a")
    assert (event.type, event.sequence, event.data) == ("Counted", 1, {"number": 1})
    assert (event.correlation_id, event.causation_id, event.trace_header) == ("story", "cause", "Root=1-2-3")


def test_an_event_has_the_same_id_however_often_it_is_made(table: str) -> None:
    journal().transition("a", one_more)
    (first,) = journal().events("a")
    boto3.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": "COUNTER#a"}, "sk": {"S": "STATE"}})
    boto3.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": "COUNTER#a"}, "sk": {"S": event_key(1)}})
    journal().transition("a", one_more)
    (again,) = journal().events("a")
    assert again.id == first.id


def test_a_write_against_an_old_version_is_refused_and_leaves_no_event(table: str) -> None:
    journal().transition("a", one_more)
    with pytest.raises(VersionConflict):
        journal().record("a", 0, one_more(None))
    assert len(journal().events("a")) == 1


def test_a_transition_that_starts_from_stale_knowledge_reads_again(table: str) -> None:
    journal().transition("a", one_more)
    assert journal().transition("a", one_more, known=UNBORN) == Recorded(Counter(number=2), 2)


def test_a_decision_for_nothing_writes_nothing(table: str) -> None:
    journal().transition("a", one_more)
    assert journal().transition("a", lambda _: None).version == 1
    assert len(journal().events("a")) == 1


def test_who_loses_a_race_reads_again_and_counts_once(table: str) -> None:
    # Not with threads: the in-memory table does not lock its transactions, as the real one does.
    rivals = iter(range(3))

    def slower_than_three(counter: Counter | None) -> Transition[Counter]:
        if next(rivals, None) is not None:
            journal().transition("a", one_more)
        return one_more(counter)

    journal().transition("a", slower_than_three)
    assert journal().load("a") == Recorded(Counter(number=4), 4)
    assert [event.data["number"] for event in journal().events("a")] == [1, 2, 3, 4]


def test_a_race_that_is_lost_every_time_is_given_up(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yafdp.kernel.journal.FIRST_WAIT", 0)
    other = journal()

    def too_slow(counter: Counter | None) -> Transition[Counter]:
        other.transition("a", one_more)
        return one_more(counter)

    with pytest.raises(VersionConflict):
        journal().transition("a", too_slow)


def test_events_come_in_order_and_after_a_sequence(table: str) -> None:
    for _ in range(12):
        journal().transition("a", one_more)
    journal().transition("b", one_more)
    assert [event.sequence for event in journal().events("a")] == list(range(1, 13))
    assert [event.sequence for event in journal().events("a", after=9)] == [10, 11, 12]
    assert [event.sequence for event in journal().events("a", after=2, limit=3)] == [3, 4, 5]


@given(st.lists(st.integers(min_value=1, max_value=999_999_999), min_size=2, max_size=20))
def test_event_keys_sort_as_their_sequences_do(sequences: list[int]) -> None:
    assert sorted(map(event_key, sequences)) == [event_key(sequence) for sequence in sorted(sequences)]
