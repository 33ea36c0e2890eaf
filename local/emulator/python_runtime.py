"""Python functions run on AWS's own runtime client.

MiniStack 1.5.33 runs them with a script of its own: every error is a `Runtime.HandlerError`, so no state machine can
catch one by name; layers, environment variables and init failures differ from AWS; a handler that logs nothing waits
50 ms for a log line; and the caller's trace ends here. The same emulator runs custom runtimes through the Lambda
Runtime API, which is what AWS's client for Python (awslambdaric) speaks. The bridge sends Python functions that way.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.emulator import function_process, tracing

Config = dict[str, Any]
Result = dict[str, Any]
"""What MiniStack's executors return: `body`, `log`, and `error` when the function failed."""


def _is_python(config: Config) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _traced(config: Config, event: Any, request_id: str, run: Callable[[], Result]) -> Result:
    """Run one invocation in a trace that goes on or begins here."""
    trace = tracing.trace_for(config, event)
    token = tracing.outbound.set(trace.header if trace else None)
    started = time.time()
    try:
        result = run()
    finally:
        tracing.outbound.reset(token)
    if trace:
        tracing.send_segment(trace, config, request_id, started, failed=bool(result.get("error")))
    return result


def _run_on_the_runtime_client() -> None:
    upstream_class, upstream_environment = lambda_runtime._worker_class_for, lambda_svc._provided_worker_env
    upstream_execute, upstream_header = lambda_svc._execute_function_warm, lambda_svc._xray_trace_id_for_invocation

    def worker_class(config: Config) -> type:
        return function_process.PythonWorker if _is_python(config) else upstream_class(config)

    def environment(config: Config, code_directory: str, port: int) -> dict[str, str]:
        build = function_process.environment if _is_python(config) else upstream_environment
        return build(config, code_directory, port)

    def execute(func: dict[str, Any], event: Any, request_id: str) -> Result:
        config = func.get("config") or func
        if not _is_python(config):
            theirs: Result = upstream_execute(func, event, request_id)
            return theirs
        run = lambda_svc._execute_function_provided_warm
        return _traced(config, event, request_id, lambda: run(func, event, request_id))

    def header(config: Config, inbound: str | None = None) -> str | None:
        return tracing.outbound.get() if _is_python(config) else upstream_header(config, inbound)

    lambda_runtime._worker_class_for = worker_class
    lambda_svc._provided_worker_env = environment
    lambda_svc._execute_function_warm = execute
    lambda_svc._xray_trace_id_for_invocation = header


def install() -> None:
    """Send every Python function, however it is invoked, to the runtime client."""
    _run_on_the_runtime_client()
    tracing.hear_the_caller()
