"""Dead letters that nobody needs are deleted, after they have been written to a file."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from operations.console import Say, counted
from operations.dead_letters import DeadLetterQueue
from operations.letters import Letter, delete, received, show_again

_HIDDEN = 300  # seconds: longer than it takes to write and delete a batch


def file_for(queue: DeadLetterQueue, directory: Path) -> Path:
    """Where a queue's messages are kept."""
    return directory / f"{queue.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl"


def purge(sqs: Any, queue: DeadLetterQueue, file: Path, say: Say) -> int:
    """Delete a queue's messages, each once it is safely in the file; how many.

    Only what has been written is deleted: a message that arrives meanwhile is either in the file or in the queue.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    with file.open("x") as kept:
        for batch in received(sqs, queue.url, limit=None, hide=_HIDDEN):
            try:
                _write(kept, batch)
            except OSError:
                show_again(sqs, queue.url, batch)
                raise
            left = delete(sqs, queue.url, batch)
            number += len(batch) - len(left)
    say(f"{queue.name}: {counted(number, 'message')} purged; kept in {file}")
    return number


def _write(kept: IO[str], letters: list[Letter]) -> None:
    """Write the letters, a line each, and see them on the disk."""
    for letter in letters:
        kept.write(json.dumps(letter.record(), default=_text) + "\n")
    kept.flush()
    os.fsync(kept.fileno())


def _text(value: Any) -> str:
    """What JSON has no form for: the bytes of a binary attribute."""
    return value.hex() if isinstance(value, bytes) else str(value)
