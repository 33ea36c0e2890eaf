"""The posts' use cases."""

import os

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import timestamp
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import FieldError, InvalidMessage, InvalidRequest
from yafdp.kernel.ids import derived_id, random_id
from yafdp.kernel.journal import UNBORN, Recorded
from yafdp.kernel.messages import Page, fingerprint
from yafdp.kernel.observability import annotate, count
from yafdp.kernel.revisions import Revised
from yafdp.posts import mail_store, model, store
from yafdp.posts import messages as m
from yafdp.posts.model import Post
from yafdp.posts.topics import checked

# Characters of a body in a list.
EXCERPT = 500


def create(request: m.CreatePost, author: str, key: str | None) -> Revised[m.PostView]:
    """Store the post, and let the outbox tell of it; the same key and request again give the same post.

    Raises KeyReused if the key was used for another post, InvalidRequest for a body of too many bytes.
    """
    _check(request, key)
    post_id = derived_id("post", author, key or random_id())
    annotate("post_id", post_id)
    wanted = Post(
        post_id=post_id,
        author=author,
        topic=request.topic,
        title=request.title,
        body=request.body,
        language=request.language,
        created_at=timestamp(),
        fingerprint=fingerprint(request),
    )
    recorded = store.posts().transition(post_id, lambda stored: model.create(stored, wanted), known=UNBORN)
    count("PostsCreated")
    return _revised(recorded)


def show(post_id: str) -> Revised[m.PostView]:
    """A post. Raises NotFound."""
    return _revised(store.posts().load(post_id))


def newest(topic: str | None, limit: int, cursor: str | None) -> Page[m.PostView]:
    """The posts of a topic, or of all, the newest first."""
    found, following = store.newest(None if topic is None else checked(topic, "query:topic"), limit, cursor)
    return Page(items=tuple(model.existing(recorded.state).view(EXCERPT) for recorded in found), cursor=following)


def delete(post_id: str, caller: Caller) -> None:
    """Take a post's text away. Raises NotFound, Forbidden."""
    store.posts().transition(post_id, lambda stored: model.delete(stored, caller))
    count("PostsDeleted")


def tell_subscribers(event: Envelope) -> None:
    """Tell a new post to its topic's subscribers, once; a post that is gone by then is told to nobody."""
    post = announced(event)
    if post is not None and mail_store.publish_once(event.id, model.mail(post, os.environ["PAGES_URL"])):
        count("PostsMailed")


def announced(event: Envelope) -> Post | None:
    """The new post that an event tells of; None if it is gone. Raises InvalidMessage for another event."""
    if event.type != m.PostCreated.__name__:
        raise InvalidMessage(f"nobody here listens to {event.type}")
    post = store.posts().load(event.aggregate_id).state
    if post is None:
        raise InvalidMessage(f"there never was a post {event.aggregate_id}")
    return None if post.deleted else post


def _check(request: m.CreatePost, key: str | None) -> None:
    if key is not None and not 1 <= len(key) <= m.MAX_KEY_LENGTH:
        detail = f"Idempotency-Key must have 1 to {m.MAX_KEY_LENGTH} characters"
        raise InvalidRequest(detail, (FieldError("header:Idempotency-Key", detail),))
    # The contract counts characters, as JSON Schema does; a table counts bytes.
    size = len(request.body.encode())
    if size > m.LARGEST_BODY:
        detail = f"the body has {size} bytes of UTF-8, and may have {m.LARGEST_BODY}"
        raise InvalidRequest(detail, (FieldError("/body", detail),))


def _revised(recorded: Recorded[Post]) -> Revised[m.PostView]:
    return Revised(model.existing(recorded.state).view(), str(recorded.version))
