"""Messages that nobody can understand, in every queue: each ends in its dead-letter queue after exactly as many
receives as the queue allows, is seen by its alarm, and keeps no other message from being done.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from local import stack
from local.client import Session
from local.settings import Settings
from local.stack import Stack
from local.template import referred, resources
from tests.contract.infrastructure import TEMPLATE, dead_letter_queues, redrives
from tests.e2e import messages
from tests.e2e.books import settled
from tests.e2e.orders import history, placed, wanted
from tests.shown import Show

QUEUES = resources(TEMPLATE, "AWS::SQS::Queue")
CONSUMED = {
    name: QUEUES[name]["RedrivePolicy"]["maxReceiveCount"] for name in QUEUES.keys() - dead_letter_queues(TEMPLATE)
}
# Seconds; the longest waits between receives add up to two minutes.
PATIENCE = 420
HAPPY = ["RECEIVED", "PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED", "CONFIRMED"]


@dataclass
class Poison:
    """One message that cannot be understood."""

    queue: str
    kind: str
    body: str
    message_id: str = ""


def poisons(queue: str) -> list[Poison]:
    """One of each kind."""
    return [
        Poison(queue, "not JSON", f"this is not JSON, {queue}"),
        Poison(queue, "wrong schema", messages.envelope("OrderPriced", "o", {"surprise": queue})),
        Poison(queue, "unknown version", messages.envelope("OrderPriced", "o", {"queue": queue}, version=99)),
    ]


async def test_poison_of_each_kind_ends_in_each_dead_letter_queue_and_harms_nobody(
    alice: Session, deployed: Stack, platform_settings: Settings, show: Show
) -> None:
    urls, sqs = stack.resources(platform_settings), deployed.client("sqs")
    sent = [poison for queue in sorted(CONSUMED) for poison in poisons(queue)]
    for poison in sent:
        poison.message_id = sqs.send_message(QueueUrl=urls[poison.queue], MessageBody=poison.body)["MessageId"]
    ids = [
        await placed(alice, wanted(coordination=coordination))
        for coordination in ("orchestration", "choreography")
        for _ in range(3)
    ]
    for order_id in ids:
        # Each neighbour is done, and once: its history has each state once.
        await _confirmed(alice, order_id)
        assert [event["status"] for event in await history(alice, order_id)] == HAPPY
        found = await settled(deployed, order_id, kitchen="CONFIRMED")
        assert (found["stock"], found["charge"], found["delivery"]) == ("RESERVED", "TAKEN", "ASSIGNED")
    await _arrived(deployed, urls, sent)
    alarms = await _alarms(deployed, urls)
    receives, dead = _receives(deployed), _dead_letters(deployed, urls)
    show(f"{'queue':<26} {'poison':<16} receives  allowed  alarm")
    for poison in sent:
        allowed, alarm = CONSUMED[poison.queue], alarms[redrives(TEMPLATE)[poison.queue]]
        show(f"{poison.queue:<26} {poison.kind:<16} {receives.get(poison.message_id, 0):>8} {allowed:>8}  {alarm}")
    assert [poison for poison in sent if poison.body not in dead[poison.queue]] == []
    wrong = {
        (poison.queue, poison.kind): receives.get(poison.message_id, 0)
        for poison in sent
        if receives.get(poison.message_id, 0) != CONSUMED[poison.queue]
    }
    assert wrong == {}
    assert {name for name, state in alarms.items() if state != "ALARM"} == set()
    for queue in CONSUMED:
        sqs.purge_queue(QueueUrl=urls[redrives(TEMPLATE)[queue]])


async def _confirmed(session: Session, order_id: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await session.get(f"/orders/{order_id}")).body["status"] != "CONFIRMED":
            await asyncio.sleep(0.2)


async def _arrived(deployed: Stack, urls: dict[str, str], sent: list[Poison]) -> None:
    """Return once every dead-letter queue holds as many messages as were sent, or after a long while."""
    sqs = deployed.client("sqs")
    deadline = time.monotonic() + PATIENCE
    waiting = {poison.queue for poison in sent}
    while waiting and time.monotonic() < deadline:
        for queue in sorted(waiting):
            depth = sqs.get_queue_attributes(
                QueueUrl=urls[redrives(TEMPLATE)[queue]], AttributeNames=["ApproximateNumberOfMessages"]
            )["Attributes"]["ApproximateNumberOfMessages"]
            if int(depth) >= sum(poison.queue == queue for poison in sent):
                waiting.discard(queue)
        await asyncio.sleep(1)


def _dead_letters(deployed: Stack, urls: dict[str, str]) -> dict[str, set[str]]:
    """The bodies in each queue's dead-letter queue."""
    sqs = deployed.client("sqs")
    found: dict[str, dict[str, str]] = {queue: {} for queue in CONSUMED}
    for queue in CONSUMED:
        while received := _looked_at(sqs, urls[redrives(TEMPLATE)[queue]]):
            found[queue] |= {message["MessageId"]: message["Body"] for message in received}
    return {queue: set(bodies.values()) for queue, bodies in found.items()}


def _looked_at(sqs: Any, url: str) -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60
    ).get("Messages", [])
    return received


def _receives(deployed: Stack) -> dict[str, int]:
    """How often each message's consumer has said that it failed."""
    logs = deployed.client("logs")
    counted: dict[str, int] = {}
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
    ]
    for group in groups:
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern='"message failed"'
        ):
            for event in page["events"]:
                line = _parsed(event["message"])
                if line.get("message") == "message failed":
                    counted[line["message_id"]] = counted.get(line["message_id"], 0) + 1
    return counted


async def _alarms(deployed: Stack, urls: dict[str, str]) -> dict[str, str]:
    """The state of each dead-letter queue's alarm once all are in alarm, or after a while."""
    cloudwatch = deployed.client("cloudwatch")
    watching = {
        name: next(referred(alarm["Dimensions"]))
        for name, alarm in resources(TEMPLATE, "AWS::CloudWatch::Alarm").items()
        if alarm["Namespace"] == "AWS/SQS"
    }
    watched = {redrives(TEMPLATE)[queue] for queue in CONSUMED}
    states: dict[str, str] = {}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = {
            alarm["AlarmName"]: alarm["StateValue"]
            for page in cloudwatch.get_paginator("describe_alarms").paginate()
            for alarm in page["MetricAlarms"]
        }
        states = {queue: found[urls[name]] for name, queue in watching.items() if queue in watched}
        if set(states.values()) == {"ALARM"}:
            break
        await asyncio.sleep(2)
    return states


def _parsed(line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
