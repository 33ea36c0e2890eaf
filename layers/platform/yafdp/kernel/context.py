"""What ties the hops of one request together: carried in every message, event, log line and trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from yafdp.kernel.ids import random_id


@dataclass(frozen=True, slots=True)
class Correlation:
    """`correlation_id` names the whole story, `causation_id` the message that caused the work at hand, `trace_header`
    its X-Ray trace.
    """

    correlation_id: str
    causation_id: str | None = None
    trace_header: str | None = None


_current: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def current() -> Correlation:
    """The correlation of the work at hand; a fresh one where nothing was carried in."""
    return _current.get() or Correlation(random_id())


@contextmanager
def correlated(correlation: Correlation) -> Iterator[None]:
    """Do the enclosed work under this correlation."""
    token = _current.set(correlation)
    try:
        yield
    finally:
        _current.reset(token)
