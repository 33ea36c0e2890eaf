"""/topics/{topic}/subscriptions: hear of a topic's new posts by mail."""

from typing import Any

from yafdp.kernel.http import answer, answer_nothing, api, caller
from yafdp.posts.subscriptions import subscribe, subscriptions, unsubscribe


@api.post("/topics/<topic>/subscriptions")
def create(topic: str) -> Any:
    """201 with the subscription; mail comes once the link in the first one has been followed."""
    return answer(201, subscribe(caller(), topic))


@api.get("/topics/<topic>/subscriptions")
def show(topic: str) -> Any:
    """The caller's own."""
    return answer(200, subscriptions(caller(), topic))


@api.delete("/topics/<topic>/subscriptions")
def delete(topic: str) -> Any:
    """204 once no more mail comes."""
    unsubscribe(caller(), topic)
    return answer_nothing()


handler = api.handler
