"""Several calls to the world outside at once, each in the context of the work at hand."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from yafdp.kernel.observability import traced_as_here


def each_in_parallel[T, R](work: Callable[[T], R], items: Sequence[T], most: int) -> list[R | Exception]:
    """What `work` returned or raised for each of the items, in their order; at most so many threads at a time.

    Log lines and traces of the work are those of the caller. A single item is done without a thread.
    """

    def attempt(item: T) -> R | Exception:
        try:
            return work(item)
        except Exception as failure:
            return failure

    if len(items) < 2:
        return [attempt(item) for item in items]
    elsewhere = traced_as_here(attempt)
    with ThreadPoolExecutor(min(most, len(items))) as threads:
        # A context can be entered by one thread at a time: each item gets a copy.
        running = [threads.submit(copy_context().run, elsewhere, item) for item in items]
        return [future.result() for future in running]
