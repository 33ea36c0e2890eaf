"""Posts: the decisions. Pure."""

import msgspec

from yafdp.kernel.caller import Caller
from yafdp.kernel.errors import Conflict, Forbidden, KeyReused, NotFound
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message
from yafdp.posts import messages as m

# SNS takes a subject of at most 100 ASCII characters on one line, beginning with a letter, digit or punctuation mark.
# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
LONGEST_SUBJECT = 100
# Characters of the body in the mail; the whole is in the post.
EXCERPT = 2_000


class Post(Message, frozen=True):
    """A post. One that was deleted keeps its id and nothing that was written."""

    post_id: str
    author: str
    topic: str
    title: str
    body: str
    created_at: str
    fingerprint: str
    language: m.Language | None = None
    entities: m.Entities | None = None
    deleted: bool = False

    def view(self, longest: int | None = None) -> m.PostView:
        """The post as everybody sees it, its body cut to `longest` characters if that is given."""
        return m.PostView(
            post_id=self.post_id,
            created_at=self.created_at,
            author=self.author,
            title=self.title,
            body=self.body[:longest],
            topic=self.topic,
            language=self.language,
            entities=self.entities,
            partial=longest is not None and len(self.body) > longest,
        )


class Mail(Message, frozen=True):
    """What goes to the SNS topic, whose subscriptions filter on `topic`."""

    subject: str
    text: str
    topic: str


def create(stored: Post | None, wanted: Post) -> Transition[Post] | None:
    """The new post; nothing if it was created before. Raises KeyReused if that was with another content."""
    if stored is None:
        return Transition(wanted, m.PostCreated(author=wanted.author, topic=wanted.topic, title=wanted.title))
    if stored.fingerprint != wanted.fingerprint:
        raise KeyReused("This Idempotency-Key has been used for another post.")
    return None


def enrich(stored: Post | None, entities: m.Entities) -> Transition[Post] | None:
    """The post with what it names; nothing if it has that, or is gone."""
    if stored is None or stored.deleted or stored.entities is not None:
        return None
    state = msgspec.structs.replace(stored, entities=entities)
    return Transition(state, m.PostEnriched(author=state.author, topic=state.topic, entities=entities))


def delete(stored: Post | None, caller: Caller) -> Transition[Post]:
    """Without its text. Raises NotFound if there is no such post, Forbidden for whoever neither wrote it nor is an
    admin.
    """
    post = existing(stored)
    if not caller.is_admin and post.author != caller.user_id:
        raise Forbidden("Only its author and admins may delete a post.")
    state = msgspec.structs.replace(post, title="", body="", language=None, entities=None, deleted=True)
    return Transition(state, m.PostDeleted(author=post.author, topic=post.topic))


def existing(stored: Post | None) -> Post:
    """The post. Raises NotFound if there is none, or none any more."""
    if stored is None or stored.deleted:
        raise NotFound("There is no such post.")
    return stored


def mail(post: Post, pages_url: str) -> Mail:
    """What the topic's subscribers are sent. What a subject cannot hold of the title stands in the text."""
    plain = " ".join("".join(c if " " <= c <= "~" else " " for c in post.title).split())
    subject = f"New in {post.topic}: {plain}" if plain else f"New in {post.topic}"
    excerpt = post.body if len(post.body) <= EXCERPT else f"{post.body[:EXCERPT]} …"
    return Mail(
        subject=subject[:LONGEST_SUBJECT].rstrip(),
        text=f"{post.title}\n\n{excerpt}\n\n{pages_url.rstrip('/')}/#/posts/{post.post_id}\n",
        topic=post.topic,
    )


class Subscriber(Message, frozen=True):
    """What a user hears of by mail, and SNS's one subscription for their address: its filter policy has the topics."""

    email: str
    topics: tuple[str, ...] = ()
    arn: str | None = None


def joined(stored: Subscriber | None, email: str, topic: str) -> Subscriber:
    """With this topic too, at the address that the token names now. Raises TooManyTopics beyond what a policy holds."""
    before = stored or Subscriber(email=email)
    if before.email != email:
        # Another mailbox has to be confirmed by itself.
        before = msgspec.structs.replace(before, email=email, arn=None)
    if topic in before.topics:
        return before
    if len(before.topics) >= m.MOST_TOPICS:
        raise m.TooManyTopics(f"You hear of {m.MOST_TOPICS} topics, which is as many as can be; leave one first.")
    return msgspec.structs.replace(before, topics=(*before.topics, topic))


def left(stored: Subscriber, topic: str) -> Subscriber:
    """Without this topic."""
    return msgspec.structs.replace(stored, topics=tuple(name for name in stored.topics if name != topic))


def filter_policy(topics: tuple[str, ...]) -> dict[str, list[str | dict[str, bool]]]:
    """What SNS compares a post's attributes with. Without topics, something that no post is: each has a topic."""
    return {"topic": [*topics] or [{"exists": False}]}


def address(email: str | None) -> str:
    """The caller's own address. Raises Conflict for a token without one: nobody names a mailbox of their choice."""
    if not email:
        raise Conflict("Your token names no e-mail address; sign in with one.")
    return email
