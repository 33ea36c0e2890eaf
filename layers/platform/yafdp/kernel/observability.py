"""Logs, traces and metrics, set up once for all doors (Powertools)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from yafdp.kernel.context import Correlation, correlated

logger = Logger()
# Patching botocore alone covers every AWS call; patching "everything installed" costs import time on each cold start.
tracer = Tracer(patch_modules=("botocore",))
metrics = Metrics(namespace="YAFDP")

type Handler = Callable[[dict[str, Any], Any], Any]


def observed(handler: Handler) -> Handler:
    """A Lambda handler with log context, trace subsegment and metrics around it; it logs one line per invocation."""

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    @wraps(handler)
    def observed_handler(event: dict[str, Any], context: Any) -> Any:
        try:
            result = handler(event, context)
            logger.info("handled")
            return result
        finally:
            # Powertools' own decorator warns on standard error whenever there is nothing to flush.
            if metrics.metric_set:
                metrics.flush_metrics()

    return cast(Handler, observed_handler)


@contextmanager
def under(correlation: Correlation) -> Iterator[None]:
    """Do the enclosed work under a correlation: in the context, in every log line, and as an annotation to search
    traces by.
    """
    logger.append_keys(correlation_id=correlation.correlation_id)
    annotate("correlation_id", correlation.correlation_id)
    with correlated(correlation):
        yield


def annotate(name: str, value: str) -> None:
    """A value to search traces by, on the subsegment at hand."""
    tracer.put_annotation(name, value)


@contextmanager
def step(name: str) -> Iterator[None]:
    """A trace subsegment of this name around the enclosed work."""
    with tracer.provider.in_subsegment(f"## {name}"):
        yield


def trace_header() -> str | None:
    """The X-Ray header of the invocation at hand (`Root=…;Parent=…;Sampled=…`), if it is traced."""
    return os.environ.get("_X_AMZN_TRACE_ID")


def count(name: str, value: int = 1) -> None:
    """Add to a business metric."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def took(name: str, milliseconds: int) -> None:
    """Add to a metric of durations, in milliseconds."""
    metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=milliseconds)


def traced_as_here[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """The work with the caller's trace subsegment as its own, for other threads: the X-Ray SDK knows the subsegment at
    hand for each thread by itself.
    """
    recorder: Any = tracer.provider
    here = recorder.get_trace_entity()

    def traced(*args: P.args, **kwargs: P.kwargs) -> R:
        recorder.set_trace_entity(here)
        return work(*args, **kwargs)

    return traced
