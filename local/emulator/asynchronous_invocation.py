"""What is to happen to an asynchronous invocation that fails.

MiniStack 1.5.33 ignores an EventInvokeConfig that belongs to an alias, and a rule's target that is a function is
invoked once: no retry, no dead-letter queue, so a failure loses the event. On AWS the alias's settings hold for
invocations through the alias, and EventBridge invokes functions asynchronously and gives up to the target's queue.
"""

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, lambda_svc

Record = dict[str, Any]
_target: ContextVar[Record | None] = ContextVar("target that EventBridge is invoking", default=None)
_QUALIFIED_ARN_PARTS = 8
_MOST_RETRIES = 2  # of an asynchronous invocation: Lambda's own limit


def _settings(config: Record) -> Record | None:
    """The function's EventInvokeConfig for the qualifier in its ARN, or for an alias of the version it is."""
    function = lambda_svc._functions.get(config.get("FunctionName", "")) or {}
    settings: dict[str, Record] = function.get("event_invoke_configs") or {}
    parts = config.get("FunctionArn", "").split(":")
    qualifier = parts[-1] if len(parts) == _QUALIFIED_ARN_PARTS else ""
    if qualifier in settings:
        return settings[qualifier]
    aliases: dict[str, Record] = function.get("aliases") or {}
    named = (settings[a] for a, alias in aliases.items() if alias["FunctionVersion"] == qualifier and a in settings)
    return next(named, None)


def _for_target(settings: Record, target: Record) -> Record:
    """The settings, with what the rule's target says instead."""
    retries = (target.get("RetryPolicy") or {}).get("MaximumRetryAttempts")
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    changed = {} if retries is None else {"MaximumRetryAttempts": min(_MOST_RETRIES, int(retries))}
    return settings | changed | ({"DestinationConfig": {"OnFailure": {"Destination": queue}}} if queue else {})


def _retry_settings() -> None:
    invoke = lambda_svc.invoke_async_with_retry

    def invoke_async_with_retry(func: Record, event: Any) -> None:
        settings = _settings(func.get("config") or func) or func.get("event_invoke_config") or {}
        if target := _target.get():
            settings = _for_target(settings, target)
        invoke(func | {"event_invoke_config": settings} if settings else func, event)

    lambda_svc.invoke_async_with_retry = invoke_async_with_retry


def _targets() -> None:
    invoke = eventbridge._invoke_target

    def invoke_target(target: Record, *rest: Any, **named: Any) -> None:
        token = _target.set(target)
        try:
            invoke(target, *rest, **named)
        finally:
            _target.reset(token)

    def dispatch_to_lambda(arn: str, payload: str) -> None:
        func, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if func and config:
            record = lambda_svc._execution_record_for_config(func, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_lambda = dispatch_to_lambda


def install() -> None:
    """Honour both settings."""
    _retry_settings()
    _targets()
