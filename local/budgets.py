"""How long an order may take: what each state of the machines allows itself, what a queue does, and the watchdog's
budgets beside them.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from local.asl import TEMPLATE, Machine, attempt, machines, waits, worst_case
from local.settings import ROOT
from local.template import resources

WATCHDOG = ROOT / "layers/platform/yafdp/ordering/watchdog.py"
_UNDO, _SAGA = Machine("order_undo"), Machine("order_saga")
# The queues in which a choreographed order may wait before its next state is written down, the last of them ordering's.
_STEPS = {
    "PRICED": ("StockStepsQueue",),
    "RESERVED": ("PaymentStepsQueue", "PaymentDeadlinesQueue", "PaymentUndoQueue"),
    "AUTHORISED": ("KitchenStepsQueue", "KitchenDeadlinesQueue"),
    "ACCEPTED": ("DeliveryStepsQueue",),
    "ASSIGNED": ("PaymentStepsQueue",),
}
_TOLD = "OrderProgressQueue"
# The longest way back: a called-off order's, from the courier to the stock.
_WAY_BACK = ("DeliveryUndoQueue", "KitchenUndoQueue", "PaymentUndoQueue", "StockUndoQueue", _TOLD)
# The states of the saga in which an orchestrated order may be as long as it has this state. A stretch that is repeated
# begins at its beginning.
_STANDS_IN = {
    "PRICED": ("Prepare",),
    "RESERVED": ("Prepare", "AwaitPayment", "LookOnceMore", "RecordAuthorised"),
    "AUTHORISED": ("Prepare", "RecordAuthorised", "AwaitKitchen", "Finish"),
    "ACCEPTED": ("Finish",),
    "ASSIGNED": ("Finish",),
}


@dataclass(frozen=True)
class Budget:
    """Seconds: what the watchdog gives an order, and what its machines and queues may take at the longest."""

    name: str
    given: int
    orchestration: float | None
    choreography: float | None


def state_rows() -> list[str]:
    """Every task of every machine with its time, and every machine's slowest way, as the rows of a table."""
    header = ["| machine | state | an attempt | attempts | waits | at the longest |", "|---|---|---|---|---|---|"]
    return header + [row for machine in machines() for row in _rows(machine)]


def budget_rows() -> list[str]:
    """The watchdog's budgets beside what is added up, as the rows of a table."""
    header = ["| an order is | watchdog waits | orchestration takes | choreography takes |", "|---|---|---|---|"]
    return header + [
        f"| {budget.name} | {_shown(budget.given)} | {_shown(budget.orchestration)} | {_shown(budget.choreography)} |"
        for budget in budgets()
    ]


def budgets() -> Iterator[Budget]:
    """Every budget of the watchdog."""
    given = _written("BUDGETS")
    for status, seconds in given.items():
        danced = sum(in_queue(queue) for queue in (*_STEPS[status], _TOLD)) if status in _STEPS else None
        yield Budget(status, seconds, _orchestrated(status), danced)
    undoing = _written("UNDOING")
    called_off = in_queue("OrderCareQueue") + _UNDO.definition["TimeoutSeconds"]
    yield Budget("being undone by a machine", undoing["ORCHESTRATION"], called_off, None)
    yield Budget("being undone by everybody", undoing["CHOREOGRAPHY"], None, sum(map(in_queue, _WAY_BACK)))


def in_queue(name: str) -> float:
    """Seconds until a queue has given a message out for the last time and taken it back."""
    queue = resources(TEMPLATE, "AWS::SQS::Queue")[name]
    delay = queue.get("DelaySeconds", 0)
    if isinstance(delay, dict):
        delay = TEMPLATE["Parameters"][delay["Ref"]]["MaxValue"]
    return float(delay + queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"])


def _orchestrated(status: str) -> float | None:
    if status not in _STANDS_IN:
        return None
    stands = sum(worst_case(_SAGA.states[name]) for name in _STANDS_IN[status])
    # Where it fails, it has the state until the undo machine says so.
    return stands + worst_case(_SAGA.states["Undo"]) + worst_case(_UNDO.states["RecordFailing"])


def _rows(machine: Machine) -> Iterator[str]:
    for name, task in machine.tasks.items():
        attempts = 1 + sum(retrier["MaxAttempts"] for retrier in task["Retry"])
        waiting = sum(sum(waits(retrier)) for retrier in task["Retry"])
        repeats = {attempt(task, retrier) for retrier in task["Retry"]} - {task["TimeoutSeconds"]}
        once = f"{_shown(task['TimeoutSeconds'])}{''.join(f', repeats {_shown(one)}' for one in sorted(repeats))}"
        yield f"| {machine.name} | {name} | {once} | {attempts} | {_shown(waiting)} | {_shown(worst_case(task))} |"
    seconds, way = machine.longest()
    ends = f"ends after {_shown(machine.definition['TimeoutSeconds'])} whatever it does"
    tasks = ", ".join(name for name in way if name in machine.tasks)
    yield f"| **{machine.name}** | slowest way: {tasks} | {ends} | | | **{_shown(seconds)}** |"


def _written(name: str) -> dict[str, int]:
    """A dictionary of the watchdog's by its keys' names."""
    for node in ast.parse(WATCHDOG.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(node.value, ast.Dict)  # noqa: S101 (it is written as one)
            return {
                ast.unparse(key).rpartition(".")[2]: ast.literal_eval(value)
                for key, value in zip(node.value.keys, node.value.values, strict=True)
                if key is not None
            }
    raise LookupError(f"{WATCHDOG} has no {name}")


def _shown(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:,.0f} s"
