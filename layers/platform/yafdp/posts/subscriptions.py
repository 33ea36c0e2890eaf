"""Hearing of a topic's posts by mail: join, look, leave."""

from collections.abc import Callable

import msgspec

from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import VersionConflict
from yafdp.kernel.journal import MAX_ATTEMPTS, Recorded
from yafdp.kernel.messages import Page
from yafdp.posts import model, subscriber_store
from yafdp.posts.messages import SubscriptionView
from yafdp.posts.model import Subscriber
from yafdp.posts.topics import checked


def subscribe(caller: Caller, topic: str) -> SubscriptionView:
    """Mail about the topic's posts, to the caller's own address; the same again changes nothing.

    Raises Conflict for a caller without an address, TooManyTopics, Unavailable.
    """
    name, email = checked(topic), model.address(caller.email)
    before = subscriber_store.load(caller.user_id).state
    if before and before.arn and before.email != email:
        subscriber_store.end(before.arn)
    _changed(caller.user_id, lambda stored: model.joined(stored, email, name))
    _settled(caller.user_id)
    (view,) = subscriptions(caller, name).items
    return view


def subscriptions(caller: Caller, topic: str) -> Page[SubscriptionView]:
    """The caller's own subscription to the topic, if SNS has it: at most one."""
    name, stored = checked(topic), subscriber_store.load(caller.user_id).state
    found = subscriber_store.status(stored.arn) if stored and name in stored.topics else None
    if stored is None or found is None:
        return Page(items=())
    return Page(items=(SubscriptionView(topic=name, email=stored.email, status=found),))


def unsubscribe(caller: Caller, topic: str) -> None:
    """No more mail about the topic; nothing to do if there was none."""
    name = checked(topic)
    if subscriber_store.load(caller.user_id).state is not None:
        _changed(caller.user_id, lambda stored: stored and model.left(stored, name))
        _settled(caller.user_id)


def _changed(user_id: str, change: Callable[[Subscriber | None], Subscriber | None]) -> None:
    """Keep what is wanted before SNS is told: whoever dies in between is caught up with by the next call."""
    for _ in range(MAX_ATTEMPTS):
        stored, version = subscriber_store.load(user_id)
        wanted = change(stored)
        if wanted is None or wanted == stored or subscriber_store.save(user_id, wanted, version):
            return
    raise VersionConflict(f"the topics of {user_id} change all the time")


def _settled(user_id: str) -> Recorded[Subscriber]:
    """Bring SNS in line with the row, again for as long as somebody changes the row meanwhile: of two calls at once,
    the one that was first here must not have the last word there.
    """
    for _ in range(MAX_ATTEMPTS):
        stored, version = subscriber_store.load(user_id)
        if stored is None:
            break
        arn = subscriber_store.settle(stored)
        if arn != stored.arn:
            subscriber_store.save(user_id, msgspec.structs.replace(stored, arn=arn), version)
        elif (now := subscriber_store.load(user_id)).version == version:
            return now
    raise VersionConflict(f"the topics of {user_id} change all the time")
