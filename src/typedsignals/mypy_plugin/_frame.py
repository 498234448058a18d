"""Whether a local function that is connected is gone when the function around it returns, which it does at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

Function = ast.FunctionDef | ast.AsyncFunctionDef

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_RUNNING_OTHER_CODE = (
    *(ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match),
    *(ast.ClassDef, ast.Import, ast.ImportFrom, ast.Raise),
)
_META_SIGNALS = frozenset({"receiver_connected", "receiver_disconnected"})
_WEAK_POSITION = 2


class Frame:
    """A function while it runs: what it does, and not what functions inside it do, which are called whenever.

    Args:
        function: The function.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self._nodes = list(_run_by(function.body))
        self._functions = [node for node in self._nodes if isinstance(node, Function)]
        local = {function.name for function in self._functions}
        self._calls = [
            node.value for node in self._nodes if isinstance(node, ast.Expr) and _connects(node.value, local)
        ]

    def ends_with(self, receiver: str, line: int) -> bool:
        """Whether it makes a receiver, connects it in this line, and does nothing more, and nothing keeps it."""
        made = [function for function in self._functions if function.name == receiver]
        places: list[ast.expr | ast.stmt] = [*self._calls, *made]
        here = next((place for place in places if place.lineno == line), None)
        if here is None or not made or any(map(_is_registered, made)):
            return False
        return not self._keeps(receiver) and not self._goes_on_after(here)

    def _keeps(self, receiver: str) -> bool:
        """Whether it does anything with a receiver that may keep it: all but calling it and connecting it weakly."""
        nodes = list(ast.walk(self._function))
        harmless: list[ast.expr] = [node.func for node in nodes if isinstance(node, ast.Call)]
        harmless += [call.args[0] for call in self._calls if _is_weak(call)]
        return any(_means(receiver, node) for node in nodes if node not in harmless)

    def _goes_on_after(self, connection: ast.expr | ast.stmt) -> bool:
        """Whether anything that runs after a connection, or around it, may send the signal."""
        return any(
            _runs_other_code(node) and _end(node) >= _end(connection) for node in self._nodes if node not in self._calls
        )


def _run_by(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES):
            yield from _run_by(ast.iter_child_nodes(node))


def _connects(expression: ast.expr, local: set[str]) -> TypeGuard[ast.Call]:
    """Whether it is ``signal.connect(receiver)`` of a function that is written here.

    What else is called `connect` may be of something other than a signal.
    """
    if not (isinstance(expression, ast.Call) and _is_connect(expression.func) and expression.args):
        return False
    receiver = expression.args[0]
    return isinstance(receiver, ast.Lambda) or (isinstance(receiver, ast.Name) and receiver.id in local)


def _is_connect(expression: ast.expr) -> bool:
    """Whether it is ``signal.connect``, but of no meta-signal: that is sent when other receivers are connected."""
    if not (isinstance(expression, ast.Attribute) and expression.attr == "connect"):
        return False
    signal = expression.value
    return not (isinstance(signal, ast.Attribute) and signal.attr in _META_SIGNALS)


def _is_registered(function: Function) -> bool:
    """Whether something else than a signal may have got hold of a function, as a decorator."""
    return not all(map(_is_connect, function.decorator_list))


def _is_weak(call: ast.Call) -> bool:
    """Whether nothing else is said, or may be by what is unpacked."""
    weak = [keyword.value for keyword in call.keywords if keyword.arg in ("weak", None)]
    weak += [value for value in call.args if isinstance(value, ast.Starred)] + call.args[_WEAK_POSITION:]
    return all(isinstance(value, ast.Constant) and value.value is True for value in weak)


def _means(name: str, node: ast.AST) -> bool:
    if isinstance(node, ast.Global | ast.Nonlocal):
        return name in node.names
    return isinstance(node, ast.Name) and node.id == name


def _runs_other_code(node: ast.AST) -> TypeGuard[ast.expr | ast.stmt]:
    if isinstance(node, ast.Attribute | ast.Subscript):
        return not isinstance(node.ctx, ast.Load)
    return isinstance(node, _RUNNING_OTHER_CODE) or (isinstance(node, Function) and _is_registered(node))


def _end(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return (node.end_lineno or 0, node.end_col_offset or 0)
