"""The posts' table, and the topic that tells of new ones."""

import os

from yafdp.kernel.dynamo import to_item
from yafdp.kernel.journal import Journal, Recorded
from yafdp.kernel.paging import query_page
from yafdp.posts.model import Post

# All posts share one partition of the feed's index, which takes 1,000 new ones a second: see docs/decisions.
FEED = "POSTS"
BY_FEED = "by-feed"
BY_TOPIC = "by-topic"


def posts() -> Journal[Post]:
    """The journal of posts, indexed by topic and time. A deleted one is in no index."""
    return Journal(os.environ["POSTS_TABLE"], source="yafdp.posts", prefix="POST#", state=Post, indexed=_indexed)


def newest(topic: str | None, limit: int, cursor: str | None) -> tuple[list[Recorded[Post]], str | None]:
    """Posts of a topic, or of all, the newest first; and the cursor of the next page."""
    journal = posts()
    index, key, value = (BY_TOPIC, "topic", topic) if topic else (BY_FEED, "feed", FEED)
    query = {
        "TableName": journal.table,
        "IndexName": index,
        "KeyConditionExpression": "#key = :value",
        "ExpressionAttributeNames": {"#key": key},
        "ExpressionAttributeValues": to_item({":value": value}),
        "ScanIndexForward": False,
    }
    found, following = query_page(query, limit=limit, cursor=cursor, owned={key: value})
    return [journal.restored(item) for item in found], following


def _indexed(post: Post) -> dict[str, str]:
    if post.deleted:
        return {}
    return {"feed": FEED, "topic": post.topic, "postedAt": f"{post.created_at}#{post.post_id}"}
