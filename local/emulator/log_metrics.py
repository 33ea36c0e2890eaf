"""Metrics that come from invocations and from what functions write.

MiniStack 1.5.33 makes no metric of Embedded Metric Format lines and of metric filters, and counts an invocation's
errors only when the caller waits for it: an alarm on the errors of a queue's consumer could not fire. AWS does all
three. Executions of state machines get their `AWS/States` metrics here as well.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc, stepfunctions

Config = dict[str, Any]
_log = logging.getLogger(__name__)
_QUALIFIED_ARN_PARTS = 8
_STATES = {"SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed", "RUNNING": "ExecutionsStarted"}
_STATES |= {"TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}


def embedded(line: str) -> Iterator[tuple[str, str, float, str, dict[str, str]]]:
    """Namespace, name, value, unit and dimensions of each metric in an Embedded Metric Format line."""
    document = json.loads(line)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions


def _record_embedded(line: str) -> None:
    if not (line.startswith("{") and '"_aws"' in line):
        return
    try:
        for namespace, name, value, unit, dimensions in embedded(line):
            cloudwatch.record_metric(namespace, name, value, unit, dimensions)
    except (ValueError, KeyError, TypeError):
        # AWS drops such a line without a word, too; here the log says so.
        _log.warning("No metrics in a line that claims to have some: %s", line)


def _record_filtered(group: str, line: str) -> None:
    for metric_filter in cloudwatch_logs._metric_filters.values():
        if metric_filter["logGroupName"] != group:
            continue
        if cloudwatch_logs._subscription_pattern_matches(metric_filter["filterPattern"], line):
            for made in metric_filter["metricTransformations"]:
                value = str(made.get("metricValue", "1"))
                number = float(value) if value.replace(".", "", 1).isdigit() else 1.0
                cloudwatch.record_metric(made["metricNamespace"], made["metricName"], number, "None", {})


def _record_invocation(config: Config, duration_ms: int, *, failed: bool) -> None:
    """The four metrics of an invocation, for the function and, if it was called by one, for its alias."""
    name = config.get("FunctionName", "unknown")
    parts = config.get("FunctionArn", "").split(":")
    dimensions = [{"FunctionName": name}]
    if len(parts) == _QUALIFIED_ARN_PARTS:
        dimensions.append({"FunctionName": name, "Resource": f"{name}:{parts[-1]}"})
    for dims in dimensions:
        cloudwatch.record_metric("AWS/Lambda", "Invocations", 1, "Count", dims)
        cloudwatch.record_metric("AWS/Lambda", "Errors", int(failed), "Count", dims)
        cloudwatch.record_metric("AWS/Lambda", "Duration", duration_ms, "Milliseconds", dims)


def _invocations_and_lines() -> None:
    emit, count = lambda_svc._emit_lambda_logs, lambda_svc._emit_lambda_metrics

    def emit_lambda_logs(func: Config, request_id: str, text: str, error: bool, duration_ms: int, **named: Any) -> None:
        emit(func, request_id, text, error, duration_ms, **named)
        config = func.get("config") or func
        _record_invocation(config, duration_ms, failed=error)
        default = f"/aws/lambda/{config.get('FunctionName')}"
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or default
        for line in (text or "").splitlines():
            _record_embedded(line)
            _record_filtered(group, line)

    def emit_lambda_metrics(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        # Only what never got as far as the function: everything else is counted above.
        if throttle:
            count(name, duration_ms=duration_ms, error=error, throttle=throttle)

    lambda_svc._emit_lambda_logs = emit_lambda_logs
    lambda_svc._emit_lambda_metrics = emit_lambda_metrics


def _executions() -> None:
    emit = stepfunctions._emit_execution_status_event

    def emit_execution_status_event(execution: dict[str, Any]) -> None:
        emit(execution)
        dimensions = {"StateMachineArn": execution["stateMachineArn"]}
        cloudwatch.record_metric("AWS/States", _STATES[execution["status"]], 1, "Count", dimensions)

    stepfunctions._emit_execution_status_event = emit_execution_status_event


def install() -> None:
    """Record metrics where invocations and executions end."""
    _invocations_and_lines()
    _executions()
