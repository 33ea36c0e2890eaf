"""What `make resume` says of an order that a person has mended."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from operations.dead_letters import DeployedStack
from operations.orders import _Order


class Platform:
    """A table with one order, which the message in the queue brings into the state `then`."""

    def __init__(self, then: str) -> None:
        self._status, self._then = "NEEDS_ATTENTION", then

    def client(self, _service: str) -> "Platform":
        return self

    def get_item(self, **_: Any) -> dict[str, Any]:
        state = {"status": {"S": self._status}, "correlationId": {"S": "story"}}
        return {"Item": {"state": {"M": state}}}

    def send_message(self, **_: Any) -> None:
        self._status = self._then


@pytest.mark.parametrize(
    ("then", "says"),
    [
        ("REJECTED", "o is undone: REJECTED"),
        ("CANCELLED", "o is undone: CANCELLED"),
        ("READY", "o goes on, its courier has the food: READY"),
        ("DELIVERED", "o goes on, its courier has the food: DELIVERED"),
    ],
)
def test_it_says_whether_an_order_is_undone_or_goes_on(then: str, says: str) -> None:
    said: list[str] = []
    stack = cast(DeployedStack, SimpleNamespace(target=Platform(then)))
    assert _Order(stack, "table", "queue", "ORDER#o")._undo(said.append)
    assert said == [says]
