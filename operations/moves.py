"""Messages go back to where they failed: by SQS's own move task for a queue, record by record for a stream."""

import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operations import streams
from operations.console import OperationError, Say, counted
from operations.dead_letters import DeadLetterQueue
from operations.letters import Letter, Pointer, delete, received, show_again
from operations.target import Target

_LOOK = 1.0  # seconds between two looks
_HIDDEN = 900  # seconds for which pointers are ours: a function's longest run
_QUIET_LOOKS = 3  # SQS's counts are approximate: a queue is called empty when it looks so this often


@dataclass(frozen=True)
class Redrive:
    """How a redrive is to be done. `wait` is in seconds, for what went back to be handled or to fail again."""

    wait: float = 120.0
    from_journal: bool = False


def depth(sqs: Any, url: str) -> int:
    """How many messages are in a queue, visible or not."""
    names = (
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    )
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
    return sum(int(attributes[name]) for name in names)


def redrive(target: Target, queue: DeadLetterQueue, how: Redrive, say: Say) -> bool:
    """Take a queue's messages back to where they failed; whether they are done now. Raises OperationError."""
    if queue.stream:
        return _Handover(target, queue, how, say).run()
    if queue.work:
        return _through_sqs(target, queue, queue.work, how, say)
    raise OperationError(f"nothing in the stack says where the messages of {queue.name} belong")


def _through_sqs(target: Target, queue: DeadLetterQueue, work: tuple[str, str], how: Redrive, say: Say) -> bool:
    sqs, (url, arn) = target.client("sqs"), work
    # The destination is named, because SQS knows the way back only for what a queue gave up on, and not for what a
    # rule or a subscription could not deliver.
    try:
        sqs.start_message_move_task(SourceArn=queue.arn, DestinationArn=arn)
    except ClientError as error:
        raise OperationError(
            f"{queue.name}: SQS does not move the messages: {error.response['Error']['Message']}"
        ) from error
    moved = _moved(sqs, queue, say)
    say(f"{queue.name}: {counted(moved, 'message')} went back to {url.rsplit('/', 1)[1]}")
    return _outcome(sqs, queue, url, moved, how, say)


def _moved(sqs: Any, queue: DeadLetterQueue, say: Say) -> int:
    """Follow the task to its end; how many messages it has moved. Raises OperationError if it ends otherwise."""
    shown = -1
    while True:
        task = sqs.list_message_move_tasks(SourceArn=queue.arn, MaxResults=1)["Results"][0]
        moved, status = int(task.get("ApproximateNumberOfMessagesMoved", 0)), task["Status"]
        if status == "COMPLETED":
            return moved
        if status != "RUNNING":
            reason = task.get("FailureReason", "no reason given")
            raise OperationError(f"{queue.name}: the move is {status} after {counted(moved, 'message')}: {reason}")
        if moved != shown:
            say(f"{queue.name}: {moved} of {task.get('ApproximateNumberOfMessagesToMove', '?')} moved")
            shown = moved
        time.sleep(_LOOK)


def _outcome(sqs: Any, queue: DeadLetterQueue, url: str, moved: int, how: Redrive, say: Say) -> bool:
    """Watch until what went back is done, or in the dead-letter queue again."""
    deadline, quiet = time.monotonic() + how.wait, 0
    while quiet < _QUIET_LOOKS and time.monotonic() < deadline:
        time.sleep(_LOOK)
        quiet = quiet + 1 if depth(sqs, url) == 0 else 0
    back = depth(sqs, queue.url)
    if back:
        say(f"{queue.name}: {counted(back, 'message')} failed again; `make redrive` says why")
        return False
    if quiet < _QUIET_LOOKS:
        say(
            f"{queue.name}: {counted(depth(sqs, url), 'message')} not done after {how.wait:.0f} s; `make redrive` later"
        )
        return False
    say(f"{queue.name}: {moved} done, none came back")
    return True


class _Handover:
    """Hands the records behind a stream's failure queue to its function again."""

    def __init__(self, target: Target, queue: DeadLetterQueue, how: Redrive, say: Say) -> None:
        self._queue, self._how, self._say = queue, how, say
        self._sqs, self._lambda = target.client("sqs"), target.client("lambda")
        self._streams, self._dynamodb = target.client("dynamodbstreams"), target.client("dynamodb")

    def run(self) -> bool:
        letters = [
            letter for batch in received(self._sqs, self._queue.url, limit=None, hide=_HIDDEN) for letter in batch
        ]
        try:
            # In the order of the stream, so that an aggregate's events are told in theirs.
            kept = [letter for letter in sorted(letters, key=_place) if not self._done(letter)]
        except BaseException:
            show_again(self._sqs, self._queue.url, letters)
            raise
        show_again(self._sqs, self._queue.url, kept)
        return not kept

    def _done(self, letter: Letter) -> bool:
        """Hand over what one message points to, and delete the message; whether that is through."""
        name, pointer, stream, consumer = self._queue.name, letter.pointer, self._queue.stream, self._queue.consumer
        if pointer is None or stream is None or consumer is None:
            self._say(f"{name}: {letter.id} points to no stream records; purge it: make redrive QUEUE={name} PURGE=1")
            return False
        try:
            records = self._records(stream, pointer)
            if records:
                streams.hand_over(self._lambda, consumer.arn, records)
        except streams.RecordsGoneError:
            self._say(
                f"{name}: the stream no longer has {pointer} of {pointer.arrived[0]:%Y-%m-%d %H:%M} UTC (it keeps them "
                f"24 h). The events stand in {stream.table}: make redrive QUEUE={name} FROM_JOURNAL=1"
            )
            return False
        except streams.Refused as refused:
            self._say(f"{name}: {pointer} failed again: {refused.reason}; `make redrive` says more")
            return False
        delete(self._sqs, self._queue.url, [letter])
        self._say(f"{name}: {counted(len(records), 'record')} handed to {consumer.name} again")
        return True

    def _records(self, stream: Any, pointer: Pointer) -> list[streams.Record]:
        if self._how.from_journal:
            return streams.from_journal(self._dynamodb, stream, pointer)
        return streams.from_stream(self._streams, stream, pointer)


def _place(letter: Letter) -> tuple[str, int]:
    """Where in its stream a message points to."""
    return (letter.pointer.shard, int(letter.pointer.first)) if letter.pointer else ("", 0)
