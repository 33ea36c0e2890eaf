"""A function has no more execution environments than the machine can carry.

MiniStack 1.5.33 starts a process for each invocation that finds no idle one; AWS has an account limit of a thousand.
On a laptop a burst would start hundreds: each costs 0.3 s of processor time and 50 MB, and the work that they were
started for runs into its timeouts meanwhile. With the bridge a Python function has at most YAFDP_SANDBOXES environments
(two for each core). A further invocation waits for a free one, first come first served. Neither the function's timeout
nor its duration includes the wait. Reserved concurrency still refuses what exceeds it at once.

A function that invoked itself and waited, directly or through others, could wait for ever; none of this project does.
"""

import threading
import time
from collections import defaultdict
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.emulator.slots import Slots, number_from


def _key(config: dict[str, Any]) -> str | None:
    """The pool of processes that runs the function; None for what runs in a container, or not at all."""
    if config.get("PackageType") == "Image" or not str(config.get("Runtime", "")).startswith("python"):
        return None
    key: str = lambda_runtime._worker_key(config["FunctionName"], config, config.get("Version", "$LATEST"))
    return key


def install() -> None:
    """Take a slot of the function's around each invocation."""
    number = number_from("YAFDP_SANDBOXES")
    of_function: dict[str, Slots] = defaultdict(lambda: Slots(number))
    lock = threading.Lock()
    dispatch = lambda_svc._execute_function_dispatch

    def dispatch_in_turn(func: Any, config: dict[str, Any], event: Any, request_id: str, started: float) -> Any:
        if (key := _key(config)) is None:
            return dispatch(func, config, event, request_id, started)
        with lock:
            slots = of_function[key]
        slots.take()
        try:
            return dispatch(func, config, event, request_id, time.time())
        finally:
            slots.give()

    lambda_svc._execute_function_dispatch = dispatch_in_turn
