"""How two processes share the tests. One has the running platform and whatever meets on it, in its order. The other
takes, file by file, what needs no platform or as well has one to itself.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# The folders whose tests meet on a running platform,
ON_THE_PLATFORM = {"e2e", "browser", "fuzz", "load"}
# and the files there that do as well on another: one starts its own, one waits most of the time.
ELSEWHERE = {"tests/e2e/test_stripe.py", "tests/e2e/test_redrive.py"}
# These come last: they leave the platform's demo data in another state than the other tests expect.
LAST = {"fuzz", "load"}

PLATFORM = "platform"


def ordered(items: list[pytest.Item], *, shared: bool) -> None:
    """Puts the tests into their order. Where processes share them the platform's begin at once: they take longest."""

    def turn(item: pytest.Item) -> tuple[bool, bool, bool]:
        needs_none = share(item.nodeid) != PLATFORM
        return shared and needs_none, shared and file(item.nodeid) in ELSEWHERE, folder(item.nodeid) in LAST

    items.sort(key=turn)


def share(nodeid: str) -> str:
    """What is handed out as one piece of work: the platform's tests, or a file."""
    meets = folder(nodeid) in ON_THE_PLATFORM and file(nodeid) not in ELSEWHERE
    return PLATFORM if meets else file(nodeid)


def file(nodeid: str) -> str:
    """The file that a test stands in."""
    return nodeid.partition("::")[0]


def folder(nodeid: str) -> str:
    """The folder of tests/ that a test stands in."""
    return nodeid.split("/")[1]


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the shares in the order of collection."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
