"""A table's stream reaches functions record by record, in order, without loss."""

import json
from typing import Any

from tests.emulator.emulator import Emulator, eventually, unique

# Sends what it gets to a queue, one message per attempt: the keys of the batch, and fails at a key that says so.
REPORTS = """
import boto3, json
sqs = boto3.client("sqs")

def handler(event, context):
    records = event["Records"]
    keys = [record["dynamodb"]["Keys"]["id"]["S"] for record in records]
    sqs.send_message(QueueUrl={queue!r}, MessageBody=json.dumps(keys))
    for record, key in zip(records, keys):
        if key.startswith("poison"):
            {failure}
    return {{"batchItemFailures": []}}
"""
RAISES = "raise ValueError(key)"
NAMES_IT = 'return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}'


class Stream:
    """A table, a function behind its stream, and the queue that hears of every attempt."""

    def __init__(self, emulator: Emulator, failure: str, **mapping: Any) -> None:
        self._emulator = emulator
        self._dynamodb = emulator.client("dynamodb")
        self._table = unique("table")
        key = {"AttributeName": "id"}
        answer = self._dynamodb.create_table(
            TableName=self._table,
            AttributeDefinitions=[key | {"AttributeType": "S"}],
            KeySchema=[key | {"KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        self.attempts_queue, _ = emulator.queue()
        self._arn = answer["TableDescription"]["LatestStreamArn"]
        self.attempts: list[list[str]] = []
        self.map(REPORTS.format(queue=self.attempts_queue, failure=failure), **mapping)

    def map(self, code: str, **mapping: Any) -> str:
        settings = {"StartingPosition": "TRIM_HORIZON", "Enabled": False} | mapping
        name = self._emulator.function(code)
        client = self._emulator.client("lambda")
        identifier: str = client.create_event_source_mapping(EventSourceArn=self._arn, FunctionName=name, **settings)[
            "UUID"
        ]
        self._mapping = identifier
        return identifier

    def put(self, *keys: str) -> None:
        for key in keys:
            self._dynamodb.put_item(TableName=self._table, Item={"id": {"S": key}})

    def enable(self) -> None:
        self._emulator.client("lambda").update_event_source_mapping(UUID=self._mapping, Enabled=True)

    def heard(self) -> list[list[str]]:
        """All attempts so far."""
        self.attempts += [json.loads(body) for body in self._emulator.receive(self.attempts_queue)]
        return self.attempts

    def attempts_until(self, keys: list[str]) -> list[list[str]]:
        """All attempts, once there was one with these keys."""
        eventually(lambda: keys in self.heard())
        return self.attempts


def test_the_rest_of_a_batch_is_delivered_again_from_the_failed_record_on(bridged: Emulator) -> None:
    reporting = ["ReportBatchItemFailures"]
    stream = Stream(bridged, NAMES_IT, FunctionResponseTypes=reporting, MaximumRetryAttempts=1)
    stream.put("a", "poison", "b")
    stream.enable()
    stream.attempts_until(["poison", "b"])
    stream.put("c")
    assert stream.attempts_until(["c"]) == [["a", "poison", "b"], ["poison", "b"], ["c"]]


def test_upstream_still_loses_the_rest_of_a_batch_that_failed_in_part(bare: Emulator) -> None:
    """If this fails, upstream retries reported records: see whether local/emulator/stream_mapping.py can go."""
    stream = Stream(bare, NAMES_IT, FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    stream.put("a", "poison", "b")
    stream.enable()
    stream.attempts_until(["a", "poison", "b"])
    stream.put("c")
    assert stream.attempts_until(["c"]) == [["a", "poison", "b"], ["c"]]


def test_bisecting_isolates_a_poison_record_and_delivers_its_neighbours(bridged: Emulator) -> None:
    url, arn = bridged.queue()
    destination = {"OnFailure": {"Destination": arn}}
    stream = Stream(
        bridged, RAISES, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, DestinationConfig=destination
    )
    stream.put("a", "b", "poison", "c")
    stream.enable()
    attempts = stream.attempts_until(["c"])
    assert attempts == [["a", "b", "poison", "c"], ["a", "b"], ["poison", "c"], ["poison"], ["c"]]
    (failure,) = eventually(lambda: bridged.receive(url))
    assert json.loads(failure)["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert json.loads(failure)["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_batch_gets_exactly_its_retries_and_then_makes_way(bridged: Emulator) -> None:
    stream = Stream(bridged, RAISES, MaximumRetryAttempts=2, BatchSize=1)
    stream.put("poison", "a")
    stream.enable()
    assert stream.attempts_until(["a"]) == [["poison"], ["poison"], ["poison"], ["a"]]


def test_a_mapping_that_is_busy_holds_up_no_other(bridged: Emulator) -> None:
    busy = Stream(bridged, "import time; time.sleep(9)")
    other = Stream(bridged, RAISES)
    for stream in (busy, other):
        stream.enable()
    busy.put("poison")
    busy.attempts_until(["poison"])
    other.put("a")
    assert other.attempts_until(["a"]) == [["a"]]


def test_a_disabled_mapping_delivers_nothing_until_it_is_enabled(bridged: Emulator) -> None:
    stream = Stream(bridged, RAISES)
    stream.put("a")
    assert stream.heard() == []
    stream.enable()
    assert stream.attempts_until(["a"]) == [["a"]]
