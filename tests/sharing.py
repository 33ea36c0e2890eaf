"""How processes share the tests: one has the running platform and whatever meets on it, in its order; the others take,
file by file, what needs none.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# The folders whose tests meet on one running platform.
ON_THE_PLATFORM = {"e2e", "browser", "fuzz", "load"}
# They come last: they leave the platform's demo data in another state than the other tests expect.
LAST = {"fuzz", "load"}


def ordered(items: list[pytest.Item], *, shared: bool) -> None:
    """Puts the tests into their order. Where processes share them the platform's begin at once: they take longest."""
    folders = {item: folder(item.nodeid) for item in items}
    items.sort(key=lambda item: (shared and folders[item] not in ON_THE_PLATFORM, folders[item] in LAST))


def folder(nodeid: str) -> str:
    """The folder of tests/ that a test stands in."""
    return nodeid.split("/")[1]


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the platform's tests as one piece of work, and the others by the file, in the order of collection."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return "platform" if folder(nodeid) in ON_THE_PLATFORM else nodeid.partition("::")[0]
