"""X-Ray's segment documents: what a datagram holds.

The format is AWS's: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

import json
from dataclasses import dataclass, field
from typing import Any


class MalformedDatagram(ValueError):
    """A datagram is not a header line and a (sub)segment."""


@dataclass(frozen=True)
class Segment:
    """A segment or subsegment with what happened inside it. Times are seconds since the epoch."""

    id: str
    trace_id: str
    parent_id: str | None
    name: str
    start: float
    end: float | None
    error: bool = False
    fault: bool = False
    throttle: bool = False
    annotations: dict[str, str | int | float | bool] = field(default_factory=dict)
    children: tuple["Segment", ...] = ()


def parse(datagram: bytes) -> Segment:
    """Reads one datagram. Raises MalformedDatagram for anything that the SDK would not send."""
    header, _, body = datagram.partition(b"\n")
    try:
        if json.loads(header).get("format") != "json":
            raise MalformedDatagram("the header does not announce JSON")
        document = json.loads(body)
        return _segment(document, document["trace_id"], document.get("parent_id"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedDatagram(str(error)) from error


def _segment(document: dict[str, Any], trace_id: str, parent_id: str | None) -> Segment:
    identity = str(document["id"])
    end = document.get("end_time")
    return Segment(
        id=identity,
        trace_id=str(trace_id),
        parent_id=None if parent_id is None else str(parent_id),
        name=str(document["name"]),
        start=float(document["start_time"]),
        end=None if end is None else float(end),
        error=bool(document.get("error")),
        fault=bool(document.get("fault")),
        throttle=bool(document.get("throttle")),
        annotations=dict(document.get("annotations") or {}),
        children=tuple(_segment(child, trace_id, identity) for child in document.get("subsegments") or ()),
    )
