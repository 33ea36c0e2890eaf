"""What posts are made of, and what they tell."""

from enum import StrEnum
from typing import Annotated

import msgspec

from yafdp.kernel.errors import Conflict
from yafdp.kernel.messages import Message, Request

# Bytes of UTF-8. A stored post with its index copies stays far below DynamoDB's 400 KB, and it is what a person reads.
LARGEST_BODY = 20_480
# SNS multiplies out a filter policy to at most 150 combinations; ours has one key, and room to spare.
# https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
MOST_TOPICS = 100
MAX_KEY_LENGTH = 128

# A topic is part of paths, filter policies and subjects: letters, digits and single hyphens, nothing to escape.
TOPIC = "^[a-z0-9]+(-[a-z0-9]+)*$"
LONGEST_TOPIC = 40
type Topic = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TOPIC, pattern=TOPIC)]


class Language(StrEnum):
    """The languages that Amazon Comprehend finds entities in.

    https://docs.aws.amazon.com/comprehend/latest/dg/supported-languages.html
    """

    AR = "ar"
    DE = "de"
    EN = "en"
    ES = "es"
    FR = "fr"
    HI = "hi"
    IT = "it"
    JA = "ja"
    KO = "ko"
    PT = "pt"
    ZH = "zh"
    ZH_TW = "zh-TW"


class CreatePost(Request, frozen=True):
    """The body of POST /posts. The author is the caller.

    `body` is text, kept as it was sent; `language` spares the cloud's recogniser a guess that has to be paid for.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=LARGEST_BODY, pattern=r"\S")]
    topic: Topic
    language: Language | None = None


class Entities(Message, frozen=True):
    """What a text names, by kind, each once and in the order of its first appearance; a kind without any is absent.

    Dishes, ingredients, allergens, cuisines and known places stand under their English names, whatever the language.
    """

    dishes: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class PostView(Message, frozen=True):
    """A post as everybody sees it. `entities` is absent until they have been looked for.

    In a list, a long body is cut and the post is `partial`.
    """

    post_id: str
    created_at: str
    author: str
    title: str
    body: str
    topic: str
    language: Language | None = None
    entities: Entities | None = None
    partial: bool = False


class SubscriptionStatus(StrEnum):
    """Whether mail goes out: SNS sends none before the mailbox's owner has followed the link in the first one."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class SubscriptionView(Message, frozen=True):
    """Mail about a topic's new posts, to the caller's own address."""

    topic: str
    email: str
    status: SubscriptionStatus


# Events. They carry no body: it may have 20 KB, ten events go on the bus in one call, and both consumers own the table.


class PostCreated(Message, frozen=True):
    """Somebody has written a post."""

    author: str
    topic: str
    title: str


class PostEnriched(Message, frozen=True):
    """What the post names has been found; it is in the post now."""

    author: str
    topic: str
    entities: Entities


class PostDeleted(Message, frozen=True):
    """The post is gone, with its text."""

    author: str
    topic: str


class TooManyTopics(Conflict):
    """A filter policy holds only so many values."""

    type, title = "too-many-topics", "Too many topics"
