"""The stand-in for the X-Ray daemon: datagrams in, traces out."""

import asyncio
import json
import socket
from typing import Any

import pytest

from local.xray.collector import listening
from local.xray.document import MalformedDatagram, Segment, parse
from local.xray.store import TraceStore
from tests.ports import free_ports

HEADER = b'{"format":"json","version":1}\n'
BASE: dict[str, Any] = {"id": "a", "trace_id": "1-1-1", "name": "handler", "start_time": 10.0, "end_time": 10.5}


def segment(**changes: Any) -> Segment:
    return parse(HEADER + json.dumps(BASE | changes).encode())


async def test_a_datagram_becomes_a_trace_and_rubbish_is_counted_without_stopping_the_collector() -> None:
    (port,) = free_ports(1)
    async with listening(port) as store:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in (b"", b"\xff\xfe", b"[" * 60_000, HEADER + b"{}", HEADER + json.dumps(BASE).encode()):
                sender.sendto(datagram, ("127.0.0.1", port))
        async with asyncio.timeout(10):
            while not store.latest(1):
                await asyncio.sleep(0.01)
    assert [trace.id for trace in store.latest(10)] == ["1-1-1"]
    assert store.malformed == 4


@pytest.mark.parametrize(
    "datagram",
    [
        b"no header at all",
        b'{"format":"xml"}\n{}',
        HEADER + b"[]",
        HEADER + json.dumps({**BASE, "start_time": "soon"}).encode(),
        HEADER + json.dumps({**BASE, "subsegments": [1]}).encode(),
        HEADER + json.dumps({**BASE, "annotations": "none"}).encode(),
    ],
)
def test_what_the_sdk_would_not_send_is_malformed(datagram: bytes) -> None:
    with pytest.raises(MalformedDatagram):
        parse(datagram)


def test_subsegments_inside_a_document_are_filed_under_it() -> None:
    inner = {"id": "b", "name": "DynamoDB", "start_time": 10.1, "end_time": 10.2}
    parsed = segment(subsegments=[inner])
    assert [(child.id, child.parent_id, child.trace_id) for child in parsed.children] == [("b", "a", "1-1-1")]


def test_every_trace_that_carries_a_correlation_id_is_found_the_oldest_first() -> None:
    store = TraceStore()
    store.add(segment(trace_id="late", id="1", start_time=20.0, annotations={"correlation_id": "c"}))
    store.add(segment(trace_id="early", id="2", annotations={"correlation_id": "c"}))
    store.add(segment(trace_id="other", id="3", annotations={"correlation_id": "d"}))
    assert [trace.id for trace in store.find("c")] == ["early", "late"]


def test_an_annotation_inside_a_subsegment_makes_its_trace_findable() -> None:
    store = TraceStore()
    inner = {"id": "b", "name": "x", "start_time": 10.1, "annotations": {"correlation_id": "c"}}
    store.add(segment(subsegments=[inner]))
    assert [trace.id for trace in store.find("c")] == ["1-1-1"]


def test_an_order_id_leads_to_all_traces_of_its_correlation_id() -> None:
    store = TraceStore()
    store.add(segment(trace_id="t1", annotations={"correlation_id": "c", "order_id": "o"}))
    store.add(segment(trace_id="t2", annotations={"correlation_id": "c"}))
    assert {trace.id for trace in store.find("o")} == {"t1", "t2"}


def test_only_the_last_traces_are_kept_and_a_forgotten_one_is_not_found() -> None:
    store = TraceStore(capacity=2)
    for number in range(3):
        store.add(segment(trace_id=f"t{number}", annotations={"correlation_id": f"c{number}"}))
    assert {trace.id for trace in store.latest(10)} == {"t1", "t2"}
    assert store.find("c0") == []
    assert store.find("t0") == []


def test_a_forgotten_trace_leaves_the_others_of_its_correlation_id_findable() -> None:
    store = TraceStore(capacity=2)
    for number in range(3):
        store.add(segment(trace_id=f"t{number}", annotations={"correlation_id": "c"}))
    assert {trace.id for trace in store.find("c")} == {"t1", "t2"}
