"""StartMessageMoveTask and ListMessageMoveTasks: take a dead-letter queue's messages back.

MiniStack 1.5.33 answers InvalidAction. AWS moves every message of a dead-letter queue to its source queue, or to a
destination the caller names, in the background. The bridge moves them before it answers: a task is COMPLETED when it
is first seen. As on AWS, a message in flight stays, and a moved message starts again with a receive count of zero.
"""

import json
import time
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import sqs

Queue = dict[str, Any]
_tasks: dict[str, list[dict[str, Any]]] = {}
_LISTED_TASKS = 10  # at most, per queue: SQS API reference, ListMessageMoveTasks


def _queue(arn: str) -> Queue:
    queue: Queue | None = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The resource that you specified for the ARN doesn't exist: {arn}")
    return queue


def _dead_letter_target(queue: Queue) -> str | None:
    policy = queue["attributes"].get("RedrivePolicy") or "{}"
    parsed = policy if isinstance(policy, dict) else json.loads(policy)
    target: str | None = parsed.get("deadLetterTargetArn")
    return target


def _sources_of(arn: str) -> list[Queue]:
    return [queue for queue in sqs._queues.values() if _dead_letter_target(queue) == arn]


def _origin(message: dict[str, Any], sources: list[Queue]) -> Queue:
    """The queue this message died in; with one source queue there is no doubt."""
    came_from = (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
    return next((queue for queue in sources if queue["attributes"].get("QueueArn") == came_from), sources[0])


def _move(source: Queue, sources: list[Queue], destination: Queue | None) -> int:
    now = time.time()
    movable = [message for message in source["messages"] if message.get("visible_at", 0) <= now]
    for message in movable:
        source["messages"].remove(message)
        message.update(receive_count=0, receipt_handle=None, first_receive_at=None, visible_at=now)
        (destination or _origin(message, sources))["messages"].append(message)
    return len(movable)


def _start(data: dict[str, Any], _queue_url: str | None) -> dict[str, Any]:
    source_arn = data["SourceArn"]
    source, sources = _queue(source_arn), _sources_of(source_arn)
    if not sources:
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    destination_arn = data.get("DestinationArn")
    moved = _move(source, sources, _queue(destination_arn) if destination_arn else None)
    esm_wake.set()
    task = {
        "TaskHandle": new_uuid(),
        "Status": "COMPLETED",
        "SourceArn": source_arn,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": moved,
        "StartedTimestamp": int(time.time() * 1000),
    } | ({"DestinationArn": destination_arn} if destination_arn else {})
    _tasks.setdefault(source_arn, []).insert(0, task)
    return {"TaskHandle": task["TaskHandle"]}


def _list(data: dict[str, Any], _queue_url: str | None) -> dict[str, Any]:
    limit = min(int(data.get("MaxResults") or 1), _LISTED_TASKS)
    finished = [{k: v for k, v in task.items() if k != "TaskHandle"} for task in _tasks.get(data["SourceArn"], [])]
    return {"Results": finished[:limit]}


def install() -> None:
    """Add both actions to the SQS service."""
    sqs._HANDLERS["StartMessageMoveTask"] = _start
    sqs._HANDLERS["ListMessageMoveTasks"] = _list
