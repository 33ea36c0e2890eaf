"""What `make redrive` shows and does."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from operations import moves, redrive
from operations.console import OperationError
from operations.dead_letters import DeadLetterQueue, DeployedStack
from tests.unit.operations.post import Post, envelope
from tests.unit.operations.test_reasons import Logs


@pytest.fixture
def post(aws: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """A stack of one dead-letter queue, and a directory to keep things in."""
    post = Post()
    post.target._clients["logs"] = Logs()
    monkeypatch.setattr(DeployedStack, "dead_letter_queues", lambda _: [post.queue()])
    monkeypatch.setattr(moves, "_LOOK", 0.001)
    monkeypatch.setattr(redrive, "KEPT", tmp_path / "kept")
    return post


def run(post: Post, *words: str) -> bool:
    parser = argparse.ArgumentParser()
    redrive.arguments(parser)
    return redrive.run(parser.parse_args([*words, "--wait", "0.1"]), post.target)


def test_without_a_queue_everything_is_shown_and_nothing_moved(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.send(envelope())
    assert run(post)
    told = capsys.readouterr().out
    for part in ("dead-letter queues of stack in eu-central-1", "ordering  Order  OrderQueue, CheckoutsRule  1",
                 "SubmitOrder", "aggregate order-1", "correlation story-1", "why: the log says nothing",
                 "make redrive QUEUE="):  # fmt: skip
        assert part in told
    assert post.bodies() == [envelope()]


def test_empty_queues_are_shown_as_such(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(post)
    assert capsys.readouterr().out.rstrip().endswith("every one is empty")


def test_it_says_how_many_messages_are_not_shown(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.send(envelope(id="1"), envelope(id="2"), envelope(id="3"))
    run(post, "--limit", "2")
    assert "Order: 3 messages, 2 of them shown" in capsys.readouterr().out


def test_a_queue_that_is_named_is_taken_back(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.send(envelope())
    assert not run(post, "order")  # nobody handles it here
    assert post.bodies() == []
    assert post.bodies(post.work) == [envelope()]


def test_one_queue_that_cannot_be_taken_back_does_not_keep_the_others(
    post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def move(_: Any, queue: DeadLetterQueue, *__: Any) -> bool:
        if queue.work is None:
            raise OperationError("cannot")
        print("moved")
        return True

    post.send(envelope())
    monkeypatch.setattr(DeployedStack, "dead_letter_queues", lambda _: [post.queue(work=None), post.queue()])
    monkeypatch.setattr(moves, "redrive", move)
    assert not run(post, "all")
    assert capsys.readouterr().out.splitlines() == ["cannot", "moved"]


def test_an_empty_queue_needs_nothing(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(post, "order")
    assert capsys.readouterr().out == "no dead letters in order; nothing to do\n"


def test_purging_shows_what_goes_and_keeps_it_in_a_file(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.send(envelope())
    assert run(post, "order", "--purge", "--yes")
    (file,) = redrive.KEPT.iterdir()
    assert "SubmitOrder" in capsys.readouterr().out
    assert "SubmitOrder" in file.read_text()
    assert post.bodies() == []


def test_purging_asks_and_does_nothing_where_nobody_can_answer(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.send(envelope())
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(OperationError, match="YES=1"):
        run(post, "order", "--purge")
    assert post.bodies() == [envelope()]


@pytest.mark.parametrize(("answer", "left"), [("yes", 0), ("no", 1), ("", 1), ("y", 1)])
def test_only_yes_means_yes(post: Post, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    post.send(envelope())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert run(post, "order", "--purge") is (left == 0)
    assert len(post.bodies()) == left


def test_purging_needs_a_queue(post: Post) -> None:
    with pytest.raises(OperationError, match="say which queue to purge"):
        run(post, "--purge")
