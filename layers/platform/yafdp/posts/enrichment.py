"""Putting into new posts what they name."""

import os
from collections.abc import Sequence
from functools import cache

from yafdp.kernel.envelope import Envelope
from yafdp.kernel.observability import annotate, count, step, under
from yafdp.posts import model, store
from yafdp.posts.comprehend import Comprehend
from yafdp.posts.gazetteer import Gazetteer
from yafdp.posts.messages import Entities
from yafdp.posts.model import Post
from yafdp.posts.recognition import Recogniser, Text, Together
from yafdp.posts.service import announced


def enrich(events: Sequence[Envelope]) -> dict[str, Exception]:
    """Find what new posts name and put it into them; the failures by the events' ids.

    The posts are looked at together, since calls of a recogniser may be few and slow; each is changed by itself.
    """
    failures: dict[str, Exception] = {}
    waiting: list[tuple[Envelope, Post]] = []
    for event in events:
        try:
            post = announced(event)
        except Exception as error:
            failures[event.id] = error
        else:
            waiting += [(event, post)] if post and post.entities is None else []
    texts = [Text(f"{post.title}\n{post.body}", post.language) for _, post in waiting]
    outcomes = recogniser().recognise(texts) if texts else ()
    for (event, _), outcome in zip(waiting, outcomes, strict=True):
        try:
            _put_into(event, outcome)
        except Exception as error:
            failures[event.id] = error
    return failures


@cache
def recogniser() -> Recogniser:
    """The adapter that the stack's parameter names."""
    if os.environ["ENTITY_RECOGNITION"] == "comprehend":
        return Together(Comprehend(), Gazetteer())
    return Gazetteer()


def _put_into(event: Envelope, outcome: Entities | Exception) -> None:
    with step(event.type), under(event.correlation()):
        annotate("post_id", event.aggregate_id)
        if isinstance(outcome, Exception):
            count("RecognitionFailed")
            raise outcome
        store.posts().transition(event.aggregate_id, lambda stored: model.enrich(stored, outcome))
        count("PostsEnriched")
