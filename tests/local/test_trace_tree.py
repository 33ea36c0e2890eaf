"""A trace as a tree that people read."""

import json
from typing import Any

from local.xray import tree
from local.xray.document import parse
from local.xray.store import Trace

HANDLER: dict[str, Any] = {
    "id": "h",
    "trace_id": "t",
    "parent_id": "function",
    "name": "## handler",
    "start_time": 10.0,
    "end_time": 10.5,
    "annotations": {"Service": "ordering"},
}
CALL: dict[str, Any] = {
    "id": "d", "trace_id": "t", "parent_id": "h", "name": "DynamoDB", "start_time": 10.1, "end_time": 10.2,
}  # fmt: skip


def trace(*documents: dict[str, Any]) -> Trace:
    made = Trace("t")
    for item in documents:
        made.add(parse(b'{"format":"json","version":1}\n' + json.dumps(item).encode()))
    return made


def test_the_functions_segment_is_made_from_the_parent_that_its_subsegments_name() -> None:
    (function,) = tree.tree(trace(HANDLER))
    assert (function.id, function.name, function.duration) == ("function", "ordering", 500.0)
    assert [child.name for child in function.children] == ["## handler"]


def test_a_subsegment_that_was_sent_alone_is_put_under_its_parent() -> None:
    (function,) = tree.tree(trace(CALL, HANDLER))
    assert [child.name for child in function.children[0].children] == ["DynamoDB"]


def test_two_functions_of_one_trace_are_two_segments_in_order_of_time() -> None:
    second = {**HANDLER, "id": "i", "parent_id": "later", "start_time": 11.0, "end_time": 11.1}
    assert [node.id for node in tree.tree(trace(second, HANDLER))] == ["function", "later"]


def test_a_fault_inside_marks_the_function_that_it_happened_in() -> None:
    (function,) = tree.tree(trace({**HANDLER, "fault": True}))
    assert function.state == "fault"


def test_a_segment_that_is_still_open_has_no_duration() -> None:
    started = {name: value for name, value in HANDLER.items() if name != "end_time"}
    (function,) = tree.tree(trace(started))
    assert function.duration is None
    assert tree.document(trace(started))["durationMs"] is None


def test_the_end_of_a_segment_replaces_its_beginning() -> None:
    started = {name: value for name, value in HANDLER.items() if name != "end_time"}
    (function,) = tree.tree(trace(started, HANDLER))
    assert (function.duration, len(function.children)) == (500.0, 1)


def test_segments_that_name_each_other_as_parents_do_not_hang_the_viewer() -> None:
    circle = trace({**CALL, "id": "x", "parent_id": "y"}, {**CALL, "id": "y", "parent_id": "x"})
    assert tree.document(circle)["segments"] == []


def test_a_terminal_shows_names_indented_with_durations_and_faults() -> None:
    shown = list(tree.lines(tree.document(trace({**HANDLER, "fault": True}, CALL))["segments"]))
    assert [line.split() for line in shown] == [
        ["ordering", "500.0", "ms", "FAULT"],
        ["##", "handler", "500.0", "ms", "FAULT"],
        ["DynamoDB", "100.0", "ms"],
    ]
    assert [len(line) - len(line.lstrip()) for line in shown] == [0, 2, 4]
