"""Notifications' surroundings: no API Gateway, no bus."""

import pytest

from tests.unit.notifications.sockets import Sockets
from yafdp.notifications import store


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    """Every connection is there, until the test says otherwise."""
    made = Sockets()
    monkeypatch.setattr(store, "send", made.send)
    monkeypatch.setattr(store, "close", made.close)
    monkeypatch.setattr(store, "publish", made.publish)
    return made
