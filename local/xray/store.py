"""Keeps the latest traces and finds them by trace id or by what their segments are annotated with."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from local.xray.document import Segment

CAPACITY = 2_000  # traces
INDEXED = ("correlation_id", "order_id")  # the annotations by which people look for a trace


@dataclass
class Trace:
    """What has arrived of one trace: every (sub)segment by its id, those that came inside others included."""

    id: str
    segments: dict[str, Segment] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)  # the values of the indexed annotations, all that ever came

    def add(self, segment: Segment) -> None:
        """Files a segment. The SDK sends a long segment first without, then with its end: the later one counts."""
        for part in flatten(segment):
            self.segments[part.id] = part
            self.keys.update(str(part.annotations[name]) for name in INDEXED if name in part.annotations)

    @property
    def start(self) -> float:
        return min(segment.start for segment in self.segments.values())


class TraceStore:
    """The last `capacity` traces, by when they were first heard of."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self._by_key: dict[str, set[str]] = {}
        self.malformed = 0  # datagrams that could not be read

    def add(self, segment: Segment) -> None:
        """Files a segment under its trace, and lets go of the oldest trace when there are too many."""
        trace = self._traces.setdefault(segment.trace_id, Trace(segment.trace_id))
        trace.add(segment)
        for key in trace.keys:
            self._by_key.setdefault(key, set()).add(trace.id)
        if len(self._traces) > self._capacity:
            self._forget_oldest()

    def latest(self, limit: int) -> list[Trace]:
        """The traces that started last, the newest first."""
        return sorted(self._traces.values(), key=lambda trace: trace.start, reverse=True)[:limit]

    def find(self, identity: str) -> list[Trace]:
        """The trace with this id, or all that carry this correlation or order id; the oldest first.

        An order id leads to its correlation id: its traces share the latter, and not each names the former.
        """
        if identity in self._traces:
            return [self._traces[identity]]
        direct = self._by_key.get(identity, set())
        related = {key for trace_id in direct for key in self._correlations(trace_id)}
        found = direct.union(*(self._by_key[key] for key in related))
        return sorted((self._traces[trace_id] for trace_id in found), key=lambda trace: trace.start)

    def _correlations(self, trace_id: str) -> set[str]:
        segments = self._traces[trace_id].segments.values()
        return {str(part.annotations["correlation_id"]) for part in segments if "correlation_id" in part.annotations}

    def _forget_oldest(self) -> None:
        _, oldest = self._traces.popitem(last=False)
        for key in oldest.keys:
            self._by_key[key].discard(oldest.id)
            if not self._by_key[key]:
                del self._by_key[key]


def flatten(segment: Segment) -> Iterator[Segment]:
    """The segment and everything inside it."""
    yield segment
    for child in segment.children:
        yield from flatten(child)


def roots(segments: Iterable[Segment]) -> list[Segment]:
    """Those whose parent is not among them, the earliest first."""
    parts = list(segments)
    known = {part.id for part in parts}
    return sorted((part for part in parts if part.parent_id not in known), key=lambda part: part.start)
