"""GET /posts…: what people have written about food."""

from typing import Any

from yafdp.kernel.http import answer, answer_tagged, api, path_text, query_number, query_text
from yafdp.posts import service


@api.get("/posts")
def posts() -> Any:
    """The newest posts, of one topic or of all."""
    limit = query_number("limit", 25, lowest=1, highest=100)
    return answer(200, service.newest(query_text("topic"), limit, query_text("cursor")))


@api.get("/posts/<post_id>")
def post(post_id: str) -> Any:
    """One post; 304 if the caller has this version."""
    found = service.show(path_text("postId", post_id))
    return answer_tagged(found.content, found.revision)


handler = api.handler
