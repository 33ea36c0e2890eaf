"""The state machines' definitions: AWS checks few of these, the emulator none."""

import ast
import re
from functools import cache
from typing import Any

import pytest

from local.asl import A_MOMENT, Machine, machines, successors, worst_case
from local.template import resources
from tests.contract import infrastructure as infra
from tests.contract.published import PACKAGE

MACHINES = machines()
TASKS = [(machine, name) for machine in MACHINES for name in machine.tasks]
TEMPLATE = infra.TEMPLATE
EXPRESS_LIMIT = 300  # seconds
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
AWS_ERRORS = {
    "States.ALL",
    "States.Timeout",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Sfn.SdkClientException",
    "Sfn.ThrottlingException",
    "Sfn.SfnException",
    "Sfn.ExecutionAlreadyExistsException",
}
# The way of an order through the machines, and what a step leaves behind that a later failure must undo.
WAY: dict[str, str | None] = {
    "ReserveStock": "stock",
    "RecordReserved": None,
    "AuthorisePayment": "payment",
    "AwaitPayment": "payment",  # the second half of the same, where a customer has to act
    "LookOnceMore": "payment",
    "RecordAuthorised": None,
    "AwaitKitchen": "kitchen",
    "RecordAccepted": None,
    "AssignCourier": "courier",
    "RecordAssigned": None,
    "CapturePayment": None,
    "RecordConfirmed": None,
}
# Whoever is called last has written the order's ending down, or has the order now.
RECORDS_AN_ENDING = ("${AdvanceOrderFunction}", "${FinishMachine}", "${UndoMachine}")
# States that nothing is written down before, because it is: the food is ready.
WRITTEN_DOWN_BEFORE = {"LeftAlone"}


def task_id(value: Any) -> str:
    """A parameter's test id."""
    return value.name if isinstance(value, Machine) else str(value)


def properties(machine: Machine) -> dict[str, Any]:
    """The machine's properties in the template."""
    found = resources(TEMPLATE, "AWS::Serverless::StateMachine").values()
    return next(one for one in found if one["DefinitionUri"].endswith(f"/{machine.name}.asl.yaml"))


@cache
def our_errors() -> set[str]:
    """The names of all exceptions of the platform, and those that a task is failed with."""
    found, bases = set[str](), {"Exception"}
    trees = [ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while fresh := {one.name for one in classes if bases & {ast.unparse(base) for base in one.bases}} - found:
        found |= fresh
        bases |= fresh
    for call in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) == "callbacks.refuse" and isinstance(name := call.args[1], ast.Constant):
            found.add(str(name.value))
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=task_id)
def test_every_state_can_be_reached_and_every_way_leads_somewhere(machine: Machine) -> None:
    assert {following for state in machine.states.values() for following in successors(state)} <= machine.states.keys()
    assert machine.reachable == machine.states.keys()
    for name, state in machine.states.items():
        ends = state.get("End") is True or state["Type"] == "Fail"
        assert ends != bool("Next" in state or "Default" in state), name


@pytest.mark.parametrize("machine", MACHINES, ids=task_id)
def test_a_machine_speaks_jsonata_and_says_what_it_is_for(machine: Machine) -> None:
    assert machine.definition["QueryLanguage"] == "JSONata"
    assert machine.definition["Comment"]


@pytest.mark.parametrize("machine", MACHINES, ids=task_id)
def test_the_slowest_way_through_a_machine_fits_in_its_time(machine: Machine) -> None:
    seconds, way = machine.longest()
    limit = machine.definition["TimeoutSeconds"]
    assert seconds <= limit, f"{seconds} s by {', '.join(way)}"
    if properties(machine)["Type"] == "EXPRESS":
        assert limit <= EXPRESS_LIMIT


@pytest.mark.parametrize(("machine", "name"), TASKS, ids=task_id)
def test_a_task_waits_longer_than_what_it_calls_may_take(machine: Machine, name: str) -> None:
    task = machine.tasks[name]
    assert isinstance(task["TimeoutSeconds"], int)
    (called,) = re.findall(r"\$\{(\w+)\}", str(task["Arguments"]))
    if task["Resource"].endswith(":startExecution"):
        assert task["TimeoutSeconds"] >= A_MOMENT  # it is started, not waited for
    elif called.endswith("Machine"):
        definition = resources(TEMPLATE, "AWS::Serverless::StateMachine")[called]["DefinitionUri"]
        nested = Machine(definition.rpartition("/")[2].removesuffix(".asl.yaml"))
        assert task["TimeoutSeconds"] > nested.definition["TimeoutSeconds"]
    else:
        assert task["TimeoutSeconds"] >= TEMPLATE["Resources"][called]["Properties"]["Timeout"]


@pytest.mark.parametrize(("machine", "name"), TASKS, ids=task_id)
def test_a_task_is_repeated_with_growing_and_scattered_waits(machine: Machine, name: str) -> None:
    assert machine.tasks[name]["Retry"]
    for retrier in machine.tasks[name]["Retry"]:
        assert 1 <= retrier["MaxAttempts"] <= 10
        assert retrier["BackoffRate"] > 1
        assert retrier["MaxDelaySeconds"] > retrier["IntervalSeconds"] >= 1
        assert retrier["JitterStrategy"] == "FULL"


@pytest.mark.parametrize(("machine", "name"), TASKS, ids=task_id)
def test_a_throttled_call_is_repeated(machine: Machine, name: str) -> None:
    task = machine.tasks[name]
    repeated = {error for retrier in task["Retry"] for error in retrier["ErrorEquals"]}
    throttle = "Sfn.ThrottlingException" if "aws-sdk:sfn" in task["Resource"] else "Lambda.TooManyRequestsException"
    assert repeated & {throttle, "States.ALL"}


@pytest.mark.parametrize(("machine", "name"), TASKS, ids=task_id)
def test_whatever_a_task_fails_with_is_caught(machine: Machine, name: str) -> None:
    last = machine.tasks[name]["Catch"][-1]
    assert last["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize(("machine", "name"), TASKS, ids=task_id)
def test_every_error_that_is_named_exists(machine: Machine, name: str) -> None:
    task = machine.tasks[name]
    named = {error for handler in (*task["Retry"], *task["Catch"]) for error in handler["ErrorEquals"]}
    assert named <= our_errors() | AWS_ERRORS


def test_every_error_of_aws_in_the_list_is_handled_somewhere() -> None:
    handlers = [
        handler for machine, name in TASKS for field in ("Retry", "Catch") for handler in machine.tasks[name][field]
    ]
    assert {error for handler in handlers for error in handler["ErrorEquals"]} >= AWS_ERRORS


@pytest.mark.parametrize("machine", MACHINES, ids=task_id)
def test_no_business_answer_is_asked_for_again(machine: Machine) -> None:
    for name, task in machine.tasks.items():
        answers = {error for catcher in task["Catch"] for error in catcher["ErrorEquals"] if "." not in error}
        repeated = {error for retrier in task["Retry"] for error in retrier["ErrorEquals"]}
        assert answers & repeated == set(), name
        assert not answers or "States.ALL" not in repeated, name


@pytest.mark.parametrize("machine", MACHINES, ids=task_id)
def test_every_end_is_written_down_or_is_a_failure_that_explains_itself(machine: Machine) -> None:
    for name, state in machine.states.items():
        if state["Type"] == "Fail":
            assert state["Error"], name
            assert state["Cause"], name
        elif state.get("End") and (machine.name, name) != ("order_prepare", "Prepared"):  # the saga goes on from there
            if name in WRITTEN_DOWN_BEFORE:
                assert _caught_before(machine, name) == {"OrderBeyondRecall"}
                continue
            recorders = (
                [state] if state["Type"] == "Task" else [machine.states[one] for one in machine.predecessors(name)]
            )
            assert all(_writes_an_ending(one) for one in recorders), name


@pytest.mark.parametrize(("machine", "name"), [(machine, name) for machine, name in TASKS if name in WAY], ids=task_id)
def test_a_failed_step_undoes_what_was_completed_or_is_unknown_and_nothing_else(machine: Machine, name: str) -> None:
    steps = list(WAY)
    before = (WAY[step] for step in steps[: steps.index(name)])
    completed = list(dict.fromkeys(left for left in before if left not in {None, WAY[name]}))
    # A stretch is run again where its end was not heard of: the run before may have come further than this one.
    ahead = [WAY[step] for step in steps if step in machine.tasks and properties(machine)["Type"] == "EXPRESS"]
    for catcher in machine.tasks[name]["Catch"]:
        if catcher["Next"] in WAY:
            continue  # that step undoes it, then
        # A participant's answer says that the step did not happen; after anything else nobody knows.
        answered = WAY[name] and not catcher["ErrorEquals"][0].startswith("States.")
        unknown = [] if answered else [left for left in {WAY[name]: 0} | dict.fromkeys(ahead) if left]
        left_behind = dict.fromkeys([*completed, *unknown])
        undone = [one for one in ("courier", "kitchen", "payment", "stock") if one in left_behind]
        assert catcher["Assign"]["undo"] == undone, catcher["ErrorEquals"]


@pytest.mark.parametrize("not_done", ["courier", "kitchen", "payment", "stock"])
def test_undoing_goes_backwards_and_leaves_out_only_what_was_not_done(not_done: str) -> None:
    undo = Machine("order_undo")
    found, name = [], "CourierToRelease"
    while name != "EverythingUndone":
        state = undo.states[name]
        if state["Type"] == "Task":
            found.append(name)
        if name == "CourierReleased":
            name = "TicketToWithdraw"
            continue
        wanted = [choice["Next"] for choice in state.get("Choices", ()) if f"'{not_done}'" not in choice["Condition"]]
        name = (wanted or [state.get("Default") or state["Next"]])[0]
    undoing = {
        "courier": "ReleaseCourier",
        "kitchen": "WithdrawTicket",
        "payment": "GiveBackPayment",
        "stock": "ReleaseStock",
    }
    del undoing[not_done]
    assert found == list(undoing.values())


@pytest.mark.parametrize("name", ["RecordFailing", "ReleaseCourier"])
def test_nothing_is_undone_before_the_order_knows_and_its_courier_is_free(name: str) -> None:
    undo = Machine("order_undo")
    caught = {error: one for one in undo.tasks[name]["Catch"] for error in one["ErrorEquals"]}
    assert caught["States.ALL"]["Next"] == "FlagOrder"
    assert caught["States.ALL"]["Assign"]["left"] == "{% $undo %}"
    assert undo.predecessors("TicketToWithdraw") == {"CourierToRelease", "CourierReleased"}
    assert [one["Condition"] for one in undo.states["CourierReleased"]["Choices"]] == ["{% $released %}"]


def test_the_way_names_every_step_of_the_machines() -> None:
    around = {
        "Prepare",
        "Finish",
        "StartUndo",
        "Undo",
        "FlagOrder",
        "RecordFailing",
        "RecordReinstated",
        "RecordClosed",
    }
    forward = {name for _, name in TASKS} - around
    undoing = {"ReleaseCourier", "WithdrawTicket", "GiveBackPayment", "ReleaseStock"}
    assert forward == WAY.keys() | undoing


def test_a_wait_for_an_answer_is_not_repeated_where_it_is_the_asking_that_fails() -> None:
    asking = Machine("order_saga").tasks["AwaitKitchen"]
    asked = TEMPLATE["Resources"]["KitchenTicketsFunction"]["Properties"]["Timeout"]
    (retrier,) = asking["Retry"]
    waited = asking["TimeoutSeconds"]
    assert worst_case(asking) == waited + retrier["MaxAttempts"] * asked + 1 + 2 + 4 + 8
    assert worst_case(asking | {"Retry": [retrier | {"ErrorEquals": ["States.Timeout"]}]}) > 5 * waited


def test_attempts_and_waits_are_added_up() -> None:
    retrier = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 3, "MaxDelaySeconds": 3}
    slow, quick = retrier | {"ErrorEquals": ["Mishap"]}, retrier | {"ErrorEquals": ["Lambda.TooManyRequestsException"]}
    assert worst_case({"Type": "Task", "Resource": "", "TimeoutSeconds": 10, "Retry": [slow]}) == 4 * 10 + 1 + 2 + 3
    assert (
        worst_case({"Type": "Task", "Resource": "", "TimeoutSeconds": 10, "Retry": [quick]}) == 10 + 3 * 2 + 1 + 2 + 3
    )


def _writes_an_ending(state: dict[str, Any]) -> bool:
    if state["Type"] == "Choice":  # of a stretch that has handed its order over
        return "$first" in state["Choices"][0]["Condition"]
    return any(called in str(state.get("Arguments")) for called in RECORDS_AN_ENDING)


def _caught_before(machine: Machine, name: str) -> set[str]:
    """Every error that leads to the state; "" for a way that is none of an error."""
    catchers = [one for task in machine.tasks.values() for one in task["Catch"] if one["Next"] == name]
    plain = [one for one in machine.states.values() if name in (one.get("Next"), one.get("Default"))]
    return {error for one in catchers for error in one["ErrorEquals"]} | {"" for _ in plain}
