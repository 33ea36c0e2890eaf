"""Turns a trace into a tree that can be read: JSON for programs, text for a terminal."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from local.xray.document import Segment
from local.xray.store import Trace, roots


@dataclass
class Node:
    """A segment in its place. Times are seconds since the epoch, a duration is in milliseconds."""

    id: str
    name: str
    start: float
    end: float | None
    state: str  # ok, error (the caller's fault), fault (ours) or throttle
    annotations: dict[str, Any]
    children: list["Node"] = field(default_factory=list)

    @property
    def duration(self) -> float | None:
        return None if self.end is None else round((self.end - self.start) * 1000, 1)


def tree(trace: Trace) -> list[Node]:
    """The trace's segments, nested.

    In Lambda the SDK sends subsegments alone; the function's own segment, which Lambda would send, is made here from
    the parent that they name.
    """
    children: dict[str | None, list[Segment]] = defaultdict(list)
    for segment in trace.segments.values():
        children[segment.parent_id].append(segment)
    orphans: dict[str | None, list[Node]] = {}
    for root in roots(trace.segments.values()):
        orphans.setdefault(root.parent_id, []).append(_node(root, children))
    top = [node for parent, nodes in orphans.items() for node in _adopt(parent, nodes)]
    return sorted(top, key=lambda node: node.start)


def document(trace: Trace) -> dict[str, Any]:
    """The trace for /_local/traces."""
    top = tree(trace)
    return {
        "traceId": trace.id,
        "keys": sorted(trace.keys),
        "start": trace.start,
        "durationMs": duration(top),
        "segments": [_json(node) for node in top],
    }


def duration(top: list[Node]) -> float | None:
    """Milliseconds from the first start to the last end, or None while something is still open."""
    ends = [node.end for node in top]
    if not ends or any(end is None for end in ends):
        return None
    return round((max(end for end in ends if end is not None) - min(node.start for node in top)) * 1000, 1)


def lines(segments: list[dict[str, Any]], depth: int = 0) -> Iterator[str]:
    """A document's segments for a terminal: name, duration, state."""
    for segment in segments:
        spent = "open" if segment["durationMs"] is None else f"{segment['durationMs']:.1f} ms"
        state = "" if segment["state"] == "ok" else f"  {segment['state'].upper()}"
        yield f"{'  ' * depth + segment['name']:<60} {spent:>12}{state}"
        yield from lines(segment["children"], depth + 1)


def _node(segment: Segment, children: dict[str | None, list[Segment]]) -> Node:
    inside = sorted(children.get(segment.id, ()), key=lambda child: child.start)
    nodes = [_node(child, children) for child in inside]
    return Node(segment.id, segment.name, segment.start, segment.end, _state(segment), segment.annotations, nodes)


def _adopt(parent: str | None, nodes: list[Node]) -> list[Node]:
    """The nodes under the segment that they name as their parent but that never came."""
    if parent is None:
        return nodes
    ends = [node.end for node in nodes if node.end is not None]
    whole = max(ends) if len(ends) == len(nodes) else None
    service = next((str(node.annotations["Service"]) for node in nodes if "Service" in node.annotations), "function")
    worst = next((node.state for node in nodes if node.state != "ok"), "ok")
    return [Node(parent, service, min(node.start for node in nodes), whole, worst, {}, nodes)]


def _state(segment: Segment) -> str:
    marks = {"throttle": segment.throttle, "fault": segment.fault, "error": segment.error}
    return next((name for name, marked in marks.items() if marked), "ok")


def _json(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": node.name,
        "start": node.start,
        "durationMs": node.duration,
        "state": node.state,
        "annotations": node.annotations,
        "children": [_json(child) for child in node.children],
    }
