"""Parallel states with JSONata, variables of their own, and an end at the first failure.

MiniStack 1.5.33 ignores Arguments, Output and Assign of a JSONata Parallel state, lets its branches share their
variables and even their task tokens, and waits for every branch after one has failed. On AWS a branch sees copies of
the variables, and the first failure fails the state: the other branches are stopped.
"""

import contextvars
import copy
import threading
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

State = dict[str, Any]
Context = dict[str, Any]

# The Parallel states around the running branch: each is set when one of its branches has failed.
_around: ContextVar[tuple[threading.Event, ...]] = ContextVar("parallel states around", default=())


def stopped() -> bool:
    """Whether a sibling of the running branch, or of one around it, has failed."""
    return any(failed.is_set() for failed in _around.get())


def _run_branch(branch: State, branch_input: Any, execution: Any, ctx: Context, failed: threading.Event) -> Any:
    _around.set((*_around.get(), failed))
    own = copy.deepcopy(ctx)
    try:
        return stepfunctions._run_sub_machine(branch["States"], branch["StartAt"], branch_input, execution, own)
    except stepfunctions._ExecutionError:
        failed.set()
        raise
    except Exception as error:
        failed.set()
        raise stepfunctions._ExecutionError("States.BranchFailed", str(error)) from error


def _results(state: State, branch_input: Any, execution: Any, ctx: Context) -> list[Any]:
    """The branches' results in their order. Raises the first failure, without waiting for the other branches."""
    failed = threading.Event()
    pool = ThreadPoolExecutor(max_workers=len(state["Branches"]), thread_name_prefix="branch")
    futures: list[Future[Any]] = [
        pool.submit(contextvars.copy_context().run, _run_branch, branch, branch_input, execution, ctx, failed)
        for branch in state["Branches"]
    ]
    pool.shutdown(wait=False)
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in futures:
        if future in done and (error := future.exception()):
            raise error
    return [future.result() for future in futures]


def _run_parallel_branches(state: State, raw_input: Any, execution: Any, ctx: Context) -> tuple[Any, str | None]:
    if stepfunctions._state_query_language(state, ctx) == "JSONata":
        arguments = stepfunctions._apply_jsonata_arguments(state, raw_input, ctx)
        results = _results(state, arguments, execution, ctx)
        output = stepfunctions._apply_jsonata_output(state, raw_input, ctx, result=results, default=results)
        stepfunctions._apply_state_assign(state, raw_input, ctx, result=results)
        return output, stepfunctions._next_or_end(state)
    effective = stepfunctions._apply_input_path(state, raw_input, ctx)
    results = _results(state, stepfunctions._apply_parameters(state, effective, ctx), execution, ctx)
    selected = stepfunctions._apply_result_selector(state, results)
    output = stepfunctions._apply_result_path(state, raw_input, selected)
    return stepfunctions._apply_output_path(state, output, ctx), stepfunctions._next_or_end(state)


def install() -> None:
    """Replace MiniStack's running of branches; Retry and Catch around it stay."""
    stepfunctions._run_parallel_branches = _run_parallel_branches
