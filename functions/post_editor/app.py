"""POST /posts, DELETE /posts/{postId}: write a post, take it away."""

from typing import Any

from yafdp.kernel.http import answer_edited, answer_nothing, api, body, caller, header, path_text
from yafdp.posts import service
from yafdp.posts.messages import CreatePost


@api.post("/posts")
def create() -> Any:
    """201 with the post as it is stored; what it names is found later."""
    made, revision = service.create(body(CreatePost), caller().user_id, header("Idempotency-Key"))
    return answer_edited(made, revision, status=201, location=f"/posts/{made.post_id}")


@api.delete("/posts/<post_id>")
def delete(post_id: str) -> Any:
    """204 once it is gone."""
    service.delete(path_text("postId", post_id), caller())
    return answer_nothing()


handler = api.handler
