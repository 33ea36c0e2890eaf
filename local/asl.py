"""The state machines as graphs, with how long they can take."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from local.settings import ROOT
from local.template import load, resources

type State = dict[str, Any]

TEMPLATE = load(ROOT / "template.yaml")

# Lambda answers with these before the function runs, so a repeat costs its wait and a moment, not a whole timeout.
REFUSED_AT_THE_DOOR = {"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.TooManyRequestsException"}
A_MOMENT = 2  # seconds
# A number that the template puts in: it stands alone, without quotes.
_NUMBER = re.compile(r"(?<=: )\$\{(\w+)\}$", re.MULTILINE)


@dataclass(frozen=True)
class Machine:
    """One definition in statemachines/."""

    name: str

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The parsed file."""
        text = (ROOT / "statemachines" / f"{self.name}.asl.yaml").read_text()
        content: dict[str, Any] = yaml.safe_load(_NUMBER.sub(lambda name: str(_at_most(name[1])), text))
        return content

    @property
    def states(self) -> dict[str, State]:
        """Its states by name."""
        states: dict[str, State] = self.definition["States"]
        return states

    @property
    def tasks(self) -> dict[str, State]:
        """Its Task states by name."""
        return {name: state for name, state in self.states.items() if state["Type"] == "Task"}

    @property
    def reachable(self) -> set[str]:
        """The states that an execution can come to."""
        found: set[str] = set()
        waiting = [self.definition["StartAt"]]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += successors(self.states[name])
        return found

    def predecessors(self, name: str) -> set[str]:
        """The states that an execution comes from."""
        return {before for before, state in self.states.items() if name in set(successors(state))}

    def longest(self, start: str | None = None, seen: tuple[str, ...] = ()) -> tuple[float, tuple[str, ...]]:
        """Seconds that the slowest way from a state to an end takes, and that way. Raises ValueError for a loop."""
        name = start or self.definition["StartAt"]
        if name in seen:
            raise ValueError(f"{self.name} goes in a circle through {name}")
        after = [self.longest(following, (*seen, name)) for following in set(successors(self.states[name]))]
        seconds, way = max(after, default=(0.0, ()))
        return worst_case(self.states[name]) + seconds, (name, *way)


def _at_most(name: str) -> Any:
    """The highest value of a placeholder that stands for a number, in whatever stage; the placeholder where it stands
    for none.
    """
    given = [
        machine["DefinitionSubstitutions"][name]
        for machine in resources(TEMPLATE, "AWS::Serverless::StateMachine").values()
        if name in machine["DefinitionSubstitutions"]
    ]
    match given[0]:
        case {"Fn::FindInMap": [str(mapping), _, str(key)]}:
            return max(stage[key] for stage in TEMPLATE["Mappings"][mapping].values())
        case {"Ref": str(parameter)} if TEMPLATE["Parameters"].get(parameter, {}).get("Type") == "Number":
            return TEMPLATE["Parameters"][parameter]["MaxValue"]
    return f"${{{name}}}"


def machines() -> list[Machine]:
    """Every definition."""
    return [
        Machine(path.name.removesuffix(".asl.yaml")) for path in sorted((ROOT / "statemachines").glob("*.asl.yaml"))
    ]


def successors(state: State) -> Iterator[str]:
    """The states that may come next: by Next, Default, a choice or a catch."""
    yield from (state[field] for field in ("Next", "Default") if field in state)
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]


def worst_case(state: State) -> float:
    """Seconds that a state can take: every attempt as long as it may be, and every wait at its longest."""
    if state["Type"] != "Task":
        return 0.0
    repeats = sum(retrier["MaxAttempts"] * attempt(state, retrier) + sum(waits(retrier)) for retrier in state["Retry"])
    return float(state["TimeoutSeconds"] + repeats)


def attempt(task: State, retrier: dict[str, Any]) -> int:
    """Seconds that an attempt takes which ends in an error that is tried again."""
    if set(retrier["ErrorEquals"]) <= REFUSED_AT_THE_DOOR:
        return A_MOMENT
    if task["Resource"].endswith(".waitForTaskToken") and not {"States.ALL", "States.Timeout"} & {
        *retrier["ErrorEquals"]
    }:
        # It is the call that fails then, not the waiting for an answer.
        (called,) = re.findall(r"\$\{(\w+)\}", str(task["Arguments"]))
        return int(TEMPLATE["Resources"][called]["Properties"]["Timeout"])
    return int(task["TimeoutSeconds"])


def waits(retrier: dict[str, Any]) -> list[float]:
    """The longest wait before each repeat, in seconds."""
    interval, rate, longest = retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"]
    return [min(interval * rate**repeat, longest) for repeat in range(retrier["MaxAttempts"])]
