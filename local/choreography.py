"""The choreography as the code says it: which event makes which participant do what, and what it tells of that.

From the template's rules, the functions behind them, and the participants' modules; nothing is run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local import catalogue
from local.asl import TEMPLATE
from local.settings import ROOT
from local.template import resources

PACKAGE = ROOT / "layers/platform/yafdp"
PARTICIPANTS = ("catalog", "payments", "kitchen", "delivery")
_MODELS = {"ordering": "endings"}


@dataclass(frozen=True)
class Step:
    """On this event the service does this, and tells one of these events. `back`: it undoes its part."""

    event: str
    service: str
    deed: str
    tells: tuple[str, ...]
    back: bool


@dataclass(frozen=True)
class Door:
    """A person does this by this door, and one of these events is told."""

    service: str
    deed: str
    tells: tuple[str, ...]


@cache
def steps() -> list[Step]:
    """Every reaction of the participants, in the template's order; and what ordering tells them of its own accord."""
    functions = resources(TEMPLATE, "AWS::Serverless::Function")
    found = [
        _step(event, rule, service, functions[name]["CodeUri"])
        for rule in catalogue.consumers(TEMPLATE)
        if "docket" in str(rule.pattern) and "{'exists': True}" in str(rule.pattern)
        for name in rule.functions
        for service in [functions[name]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]]
        if service in PARTICIPANTS
        for event in rule.pattern["detail-type"]
    ]
    return found + list(_passed_on({step.event for step in found}))


def doors() -> list[Door]:
    """What people do that others react to: customers who call an order off, kitchens that answer."""
    return [
        Door(service, name, tuple(told))
        for service in ("ordering", "kitchen")
        for name, function in _functions(_parsed(service, "service")).items()
        if any(argument.arg in {"caller", "customer_id"} for argument in function.args.args)
        for told in [_told_by(service, function)]
        if set(told) & {step.event for step in steps()}
    ]


def meanings() -> list[tuple[str, str]]:
    """What each participant's news means for the order, as ordering has it."""
    assigned = [node for node in _parsed("ordering", "progress").body if isinstance(node, ast.Assign)]
    rules = {ast.unparse(node.targets[0]): node.value for node in assigned}
    reached = rules["_REACHED"]
    assert isinstance(reached, ast.Dict)  # noqa: S101 (it is written as one)
    steps_on = [
        (ast.literal_eval(key), f"is {ast.unparse(value).rpartition('.')[2]}")
        for key, value in zip(reached.keys, reached.values, strict=True)
        if key is not None
    ]
    fails = [(name, "goes no step further, and will end") for name in _strings(rules["_FAILED"])]
    ends = [(name, "has ended: everything is undone") for name in _strings(rules["_UNDONE"])]
    return [*steps_on, *sorted(fails), *sorted(ends), ("TicketRecalled", "is called off")]


def _step(event: str, rule: catalogue.Consumer, service: str, code: str) -> Step:
    entry = _entry(code)
    reactions = _parsed(service, "reactions")
    body = _case(_functions(reactions)[entry], event)
    commands = [name for name in _called(body) if name in _commands(service)]
    told = [one for name in commands for one in _told_of(service, name)] + _told_by(service, body)
    deed = commands[0] if commands else entry
    return Step(event, service, deed, tuple(dict.fromkeys(told)), "Undo" in rule.rule)


def _passed_on(heard: set[str]) -> Iterator[Step]:
    """News on which ordering calls an order off, so that the others hear of it."""
    for node in ast.walk(_functions(_parsed("ordering", "progress"))["react"]):
        if isinstance(node, ast.If) and len(_strings(node.test)) == 1:
            told = [event for event in _told_by("ordering", ast.Module(node.body, [])) if event in heard]
            if told:
                yield Step(_strings(node.test)[0], "ordering", "call off", tuple(told), back=True)


def _entry(code: str) -> str:
    """The function of the reactions module that a door gives its messages to."""
    for node in ast.parse((ROOT / code / "app.py").read_text()).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).endswith(".reactions"):
            return node.names[0].name
    raise LookupError(f"{code} is no door of a reactions module")


def _case(function: ast.FunctionDef, event: str) -> ast.AST:
    """The part of a reaction that this event comes to: a case of its match, or all of it."""
    for node in ast.walk(function):
        if isinstance(node, ast.match_case) and event in _strings(node.pattern):
            return ast.Module(node.body, [])
    return function


def _told_of(service: str, command: str) -> list[str]:
    """The events that the decisions about a command may come to."""
    decisions = _functions(_parsed(service, "model")).values()
    return [
        event
        for function in decisions
        if any(
            ast.unparse(one.annotation).rpartition(".")[2] == command for one in function.args.args if one.annotation
        )
        for event in _told_in(service, function)
    ]


def _told_by(service: str, node: ast.AST) -> list[str]:
    """The events of the decisions that a piece of code names itself."""
    model = _MODELS.get(service, "model")
    decisions = _functions(_parsed(service, model))
    named = [one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute) and ast.unparse(one.value) == model]
    return [event for name in named if name in decisions for event in _told_in(service, decisions[name])]


def _told_in(service: str, function: ast.FunctionDef) -> list[str]:
    """The events that a decision may come to, by itself or by one that it hands on to."""
    told = {path.name.removesuffix(".schema.json") for path in (ROOT / "events" / service).glob("*.schema.json")}
    others = _functions(_parsed(service, _MODELS.get(service, "model")))
    called = list(_called(function))
    onward = [event for name in called if name in others for event in _told_in(service, others[name])]
    return [name for name in called if name in told] + onward


def _called(node: ast.AST) -> Iterator[str]:
    """The last part of whatever is called in a piece of code."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            yield ast.unparse(one.func).rpartition(".")[2]


def _commands(service: str) -> set[str]:
    classes = [node for node in _parsed(service, "messages").body if isinstance(node, ast.ClassDef)]
    return {one.name for one in classes if any(keyword.arg == "tag" for keyword in one.keywords)}


def _functions(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}


def _strings(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


@cache
def _parsed(service: str, module: str) -> ast.Module:
    return ast.parse(Path(PACKAGE / service / f"{module}.py").read_text())
