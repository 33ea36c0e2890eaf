"""A permission on an SQS action covers the action's batch version."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import start, stop
from tests.emulator.emulator import Emulator
from tests.emulator.roles import Role


@pytest.fixture
def bare_and_strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """MiniStack as it comes, with IAM enforced."""
    emulator = start(tmp_path_factory.mktemp("bare-strict"), bridges="none", AUTH="true")
    yield emulator
    stop(emulator)


def send_batch(role: Role, queue: str) -> Any:
    """Two messages in one call, in the role."""
    entries: Any = [{"Id": number, "MessageBody": number} for number in "01"]
    return role.sqs.send_message_batch(QueueUrl=queue, Entries=entries)


def test_who_may_send_a_message_may_send_a_batch(strict: Emulator) -> None:
    role, (queue, _) = Role(strict), strict.queue()
    role.may("sqs:SendMessage")
    assert len(send_batch(role, queue)["Successful"]) == 2


def test_who_may_do_something_else_may_not_send_a_batch(strict: Emulator) -> None:
    role, (queue, _) = Role(strict), strict.queue()
    role.may("sqs:DeleteMessage")
    with pytest.raises(ClientError, match="AccessDenied"):
        send_batch(role, queue)


def test_upstream_still_asks_for_a_permission_that_does_not_exist(bare_and_strict: Emulator) -> None:
    """If this fails, upstream has SQS's permissions right: then delete local/emulator/batch_permissions.py."""
    role, (queue, _) = Role(bare_and_strict), bare_and_strict.queue()
    role.may("sqs:SendMessage")
    with pytest.raises(ClientError, match="AccessDenied"):
        send_batch(role, queue)
