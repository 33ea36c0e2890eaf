"""Which events the code publishes: read from the sources, so that none can be forgotten."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec

from local.settings import ROOT

PACKAGE = ROOT / "layers/platform/yafdp"
# Events that are not from a journal: asked for by a use case, put on a bus of their own by the service's store.
UNJOURNALED = {"notifications": ("MailRequested", "PushRequested", "SmsRequested")}


def services() -> list[str]:
    """The services' names, as the package and the events' sources spell them."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/messages.py") if path.parent.name != "kernel")


def events(service: str) -> dict[str, type[msgspec.Struct]]:
    """The structs of all events that the service publishes, by type: those that its model's transitions carry."""
    messages = importlib.import_module(f"yafdp.{service}.messages")
    sources = sorted((PACKAGE / service).glob("*.py"))
    found = {struct.__name__: struct for source in sources for struct in _carried(source, messages)}
    found |= {name: getattr(messages, name) for name in UNJOURNALED.get(service, ())}
    return dict(sorted(found.items()))


def _carried(path: Path, messages: ModuleType) -> Iterator[type[msgspec.Struct]]:
    model = _Model(ast.parse(path.read_text()), messages)
    for function in model.functions.values():
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "Transition" and len(call.args) > 1:
                yield from model.structs(call.args[1], function)


class _Model:
    """A model's source, and what its expressions can come to."""

    def __init__(self, tree: ast.Module, messages: ModuleType) -> None:
        self._messages = messages
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self._constants = dict(_assignments(tree.body))

    def structs(self, expression: ast.expr, function: ast.FunctionDef) -> set[type[msgspec.Struct]]:
        """The message structs that an expression of the function can make or name."""
        match expression:
            case ast.Call(func=called):
                return self.structs(called, function)
            case ast.IfExp(body=one, orelse=other):
                return self.structs(one, function) | self.structs(other, function)
            case ast.Subscript(value=value):
                return self.structs(value, function)
            case ast.Dict(values=values):
                return {struct for value in values for struct in self.structs(value, function)}
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._named(name, function)
        raise AssertionError(f"cannot tell which event this is: {ast.unparse(expression)}")

    def _named(self, name: str, function: ast.FunctionDef) -> set[type[msgspec.Struct]]:
        struct = getattr(self._messages, name, None)
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
            return {struct}
        if name in self.functions:
            callee = self.functions[name]
            returned = (node.value for node in ast.walk(callee) if isinstance(node, ast.Return) and node.value)
            return {struct for value in returned for struct in self.structs(value, callee)}
        local = dict(_assignments(list(ast.walk(function))))
        return self.structs(local.get(name) or self._constants[name], function)


def _assignments(nodes: list[ast.stmt] | list[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
