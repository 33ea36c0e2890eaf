"""What `make resume` lists and resumes, whatever kind of thing it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from operations.console import Say


@dataclass(frozen=True)
class Stuck:
    """Something that does not go on by itself. `names` are what an operator may call it.

    `resume` lets it go on, tells of it, and returns whether all is well then; it raises OperationError if it cannot.
    """

    kind: str
    name: str
    names: frozenset[str]
    order: str
    since: datetime
    where: str
    why: str
    resume: Callable[[Say], bool]
