"""A function's ReservedConcurrentExecutions, set by a template, limit it.

MiniStack 1.5.33 enforces the limit when PutFunctionConcurrency set it, and ignores the property in a template.
"""

from ministack.services import lambda_svc

from local.emulator.provisioning import Properties, also


def _apply(function: str, properties: Properties) -> None:
    reserved = properties.get("ReservedConcurrentExecutions")
    if record := lambda_svc._functions.get(function):
        record["concurrency"] = None if reserved is None else int(reserved)


def install() -> None:
    """Apply the property at creation and at update."""
    also("AWS::Lambda::Function", _apply)
