"""docs/saga.md's pictures and tables: `python -m local.diagrams` writes them anew from the state machines, the template
and the code, between the page's markers; the rest of the page is written by hand.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local import budgets, choreography
from local.asl import Machine, machines
from local.settings import ROOT

PAGE = Path("docs/saga.md")
_BLOCK = re.compile(r"<!-- made: (?P<name>[\w-]+) -->\n.*?<!-- end -->", re.DOTALL)
_CALLED = re.compile(r"\$\{(\w+)\}")


def page(root: Path = ROOT) -> str:
    """The page with every block made anew. Raises KeyError for a block that nobody makes."""
    made = blocks()

    def block(found: re.Match[str]) -> str:
        return f"<!-- made: {found['name']} -->\n\n{made[found['name']]()}\n\n<!-- end -->"

    return _BLOCK.sub(block, (root / PAGE).read_text())


def blocks() -> dict[str, Callable[[], str]]:
    """What makes each block, by its name."""
    drawn = {machine.name: lambda machine=machine: _fenced(_machine(machine)) for machine in machines()}
    return drawn | {
        "choreography-forward": lambda: _fenced(_choreography(back=False)),
        "choreography-back": lambda: _fenced(_choreography(back=True)),
        "meanings": lambda: "\n".join(_meanings()),
        "states": lambda: "\n".join(budgets.state_rows()),
        "budgets": lambda: "\n".join(budgets.budget_rows()),
    }


def _machine(machine: Machine) -> Iterator[str]:
    """A machine: boxes for tasks, solid arrows for what comes next, dashed ones for what an error leads to."""
    yield "flowchart TD"
    for name, state in machine.states.items():
        yield f"  {name}{_shape(name, state)}"
    for name, state in machine.states.items():
        yield from _ways_on(name, state)
        yield from _ways_out(name, state)


def _shape(name: str, state: dict[str, Any]) -> str:
    match state["Type"]:
        case "Task":
            return f'["{name}<br/><i>{_work(state)}</i>"]'
        case "Choice":
            return f'{{"{name}"}}'
        case "Fail":
            return f'[["{name}"]]'
    return f'(["{name}"])'


def _work(task: dict[str, Any]) -> str:
    """What a task calls, and with which command."""
    called = _CALLED.findall(str(task["Arguments"]))[0]
    command = task["Arguments"].get("Payload", {}).get("command", {})
    said = " ".join(str(command[key]) for key in ("name", "status") if key in command)
    started = "start " if task["Resource"].endswith(":startExecution") else ""
    return f"{started}{called}{f': {said}' if said else ''}"


def _ways_on(name: str, state: dict[str, Any]) -> Iterator[str]:
    for choice in state.get("Choices", ()):
        condition = choice["Condition"].removeprefix("{% ").removesuffix(" %}")
        yield f'  {name} -- "{condition}" --> {choice["Next"]}'
    for field, label in (("Next", ""), ("Default", ' -- "otherwise"')):
        if field in state:
            yield f"  {name}{label} --> {state[field]}"


def _ways_out(name: str, state: dict[str, Any]) -> Iterator[str]:
    """One arrow for all errors that lead to the same state with the same to undo."""
    ways: dict[tuple[str, str], list[str]] = {}
    for catcher in state.get("Catch", ()):
        undo = catcher.get("Assign", {}).get("undo")
        undone = "" if undo is None else f"<br/>to undo: {', '.join(undo) or 'nothing'}"
        ways.setdefault((catcher["Next"], undone), []).extend(catcher["ErrorEquals"])
    for (following, undone), errors in ways.items():
        named = [error for error in errors if error != "States.ALL"]
        other = [] if errors == named else ["any other error" if len(state["Catch"]) > 1 else "any error"]
        yield f'  {name} -. "{", ".join(named + other)}{undone}" .-> {following}'


def _choreography(*, back: bool) -> Iterator[str]:
    """The chain forward, or the way back (dashed): rounded events, boxes for what a participant does on them, slanted
    ones for people. News that sets off the way back has a dashed outline.
    """
    steps = [step for step in choreography.steps() if step.back is back]
    heard, arrow = {step.event for step in steps}, "-.->" if back else "-->"
    doors = [door for door in choreography.doors() if heard & set(door.tells)]
    yield "flowchart TD"
    for service, deed in dict.fromkeys((step.service, step.deed) for step in steps):
        yield f'  {_id(service, deed)}["<b>{service}</b><br/>{deed}"]'
    for door in doors:
        yield f'  {_person(door)}[/"somebody, by <b>{door.service}</b><br/>{door.deed}"/]'
    for event in dict.fromkeys([*(step.event for step in steps), *(event for step in steps for event in step.tells)]):
        yield f"  {event}([{event}])"
    for step in steps:
        yield f"  {step.event} {arrow} {_id(step.service, step.deed)}"
    told = {(_id(step.service, step.deed), event): None for step in steps for event in step.tells}
    told |= {(_person(door), event): None for door in doors for event in door.tells if event in heard}
    for teller, event in told:
        yield f"  {teller} {arrow} {event}"
    yield from _outlined({event for _, event in told} if not back else set())


def _outlined(events: set[str]) -> Iterator[str]:
    back = {step.event for step in choreography.steps() if step.back}
    if failures := sorted(events & back):
        yield "  classDef failure stroke-dasharray: 5 5"
        yield f"  class {','.join(failures)} failure"


def _person(door: choreography.Door) -> str:
    return _id(f"{door.service}_door", door.deed)


def _id(service: str, deed: str) -> str:
    return f"{service}_{deed.replace(' ', '_')}"


def _meanings() -> Iterator[str]:
    yield from ("| when it hears | the order |", "|---|---|")
    for event, meaning in choreography.meanings():
        yield f"| {event} | {meaning} |"


def _fenced(lines: Iterator[str]) -> str:
    return "\n".join(("```mermaid", *lines, "```"))


def main() -> None:
    """Write the page."""
    (ROOT / PAGE).write_text(page())


if __name__ == "__main__":
    main()
