"""Messages come back from a dead-letter queue."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator


def test_a_move_task_takes_the_messages_back_to_their_source(bridged: Emulator) -> None:
    sqs = bridged.client("sqs")
    dead, dead_arn = bridged.queue()
    source, _ = bridged.queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "3"}))
    sqs.send_message(QueueUrl=dead, MessageBody="again")
    assert sqs.start_message_move_task(SourceArn=dead_arn)["TaskHandle"]
    assert bridged.receive(source) == ["again"]
    assert bridged.receive(dead) == []
    (task,) = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)


def test_a_move_task_can_name_its_destination(bridged: Emulator) -> None:
    sqs = bridged.client("sqs")
    dead, dead_arn = bridged.queue()
    bridged.queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "3"}))
    elsewhere, elsewhere_arn = bridged.queue()
    sqs.send_message(QueueUrl=dead, MessageBody="again")
    sqs.start_message_move_task(SourceArn=dead_arn, DestinationArn=elsewhere_arn)
    assert bridged.receive(elsewhere) == ["again"]


def test_a_queue_that_is_nobody_s_dead_letter_queue_cannot_be_moved_from(bridged: Emulator) -> None:
    _, arn = bridged.queue()
    with pytest.raises(ClientError, match="Dead Letter Queue"):
        bridged.client("sqs").start_message_move_task(SourceArn=arn)


def test_upstream_still_knows_no_move_tasks(bare: Emulator) -> None:
    """If this fails, upstream has StartMessageMoveTask: then delete local/emulator/queue_redrive.py."""
    _, arn = bare.queue()
    with pytest.raises(ClientError, match="InvalidAction"):
        bare.client("sqs").start_message_move_task(SourceArn=arn)
