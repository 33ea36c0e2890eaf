"""Nothing is purged that has not been written down."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.purge import file_for, purge
from tests.unit.operations.post import Post, envelope


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_every_message_is_in_the_file_and_no_longer_in_the_queue(aws: None, tmp_path: Path) -> None:
    post, told = Post(), list[str]()
    post.send(*(envelope(id=str(number)) for number in range(13)))
    file = file_for(post.queue(), tmp_path / "kept")
    assert purge(post.sqs, post.queue(), file, told.append) == 13
    assert sorted(line["Body"] for line in lines(file)) == sorted(envelope(id=str(number)) for number in range(13))
    assert post.bodies() == []
    assert told == [f"Order: 13 messages purged; kept in {file}"]


def test_attributes_are_kept_too_and_binary_ones_as_hexadecimal(aws: None, tmp_path: Path) -> None:
    post = Post()
    post.send("x", MessageAttributes={"Seal": {"DataType": "Binary", "BinaryValue": b"\x01\xff"}})
    purge(post.sqs, post.queue(), tmp_path / "file", str)
    (line,) = lines(tmp_path / "file")
    assert line["MessageAttributes"]["Seal"]["BinaryValue"] == "01ff"
    assert line["Attributes"]["SentTimestamp"]
    assert "ReceiptHandle" not in line


def test_what_cannot_be_written_stays_in_the_queue(aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("disk full")

    post = Post()
    post.send("one", "two")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        purge(post.sqs, post.queue(), tmp_path / "file", str)
    assert post.bodies() == ["one", "two"]


def test_a_file_that_exists_is_not_written_over(aws: None, tmp_path: Path) -> None:
    post = Post()
    post.send("one")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError):
        purge(post.sqs, post.queue(), tmp_path / "file", str)
    assert post.bodies() == ["one"]


def test_what_sqs_did_not_delete_is_not_counted(aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    post.send("one", "two")
    refusal = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    monkeypatch.setattr(post.sqs._client, "delete_message_batch", lambda **_: refusal)
    assert purge(post.sqs, post.queue(), tmp_path / "file", str) == 1
