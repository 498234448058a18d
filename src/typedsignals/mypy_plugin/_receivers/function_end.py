"""Whether a local function dies as soon as it is connected, because the function around it does nothing more."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from .._mypy.source import Function

Position = tuple[int, int]
"""Where an expression or statement ends: its line and column."""

_HARMLESS = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Assign, ast.AnnAssign, ast.Expr),
    *(ast.If, ast.Try, ast.Return, ast.Pass, ast.Global, ast.Nonlocal),
    *(ast.Name, ast.Constant, ast.Tuple, ast.List),
)
"""Nodes that run no code except that of their parts; any other may send the signal."""

_META_SIGNALS = frozenset({"receiver_connected", "receiver_disconnected"})
_WEAK_POSITION = 2


class FunctionEnd:
    """What a function does, without what functions inside it do, which may be called at any time.

    Args:
        function: The function.
        connects: Where each ``signal.connect`` ends. Another ``connect`` may be of something that is not a signal.
    """

    def __init__(self, function: Function, connects: AbstractSet[Position]) -> None:
        self._function = function
        self._connects = connects
        self._nodes = list(_run_by(function.body))
        self._functions = [node for node in self._nodes if isinstance(node, Function)]
        statements = [node.value for node in self._nodes if isinstance(node, ast.Expr)]
        self._calls = [call for call in statements if isinstance(call, ast.Call) and self._is_connect(call.func)]

    def is_with(self, receiver: str, line: int) -> bool:
        """Return whether it makes a receiver, connects it in this line, does nothing more, and nothing keeps it."""
        made = [function for function in self._functions if function.name == receiver]
        nodes: list[ast.expr | ast.stmt] = [*self._calls, *made]
        connection = next((node for node in nodes if node.lineno == line), None)
        if connection is None or not made or any(map(self._is_registered, made)):
            return False
        return not self._keeps(receiver) and not self._goes_on_after(connection)

    def _keeps(self, receiver: str) -> bool:
        """Return whether anything in it may keep a receiver: anything except a call of it, or a weak connection.

        A function inside keeps what it calls, even if that is the receiver itself.
        """
        harmless: list[ast.expr] = [node.func for node in self._nodes if isinstance(node, ast.Call)]
        harmless += [given for call in self._calls if _is_weak(call) for given in call.args[:1]]
        return any(_means(receiver, node) for node in ast.walk(self._function) if node not in harmless)

    def _goes_on_after(self, connection: ast.expr | ast.stmt) -> bool:
        """Return whether anything that runs after a connection, or around it, may send the signal."""
        connecting = [part for call in self._calls for part in (call, *ast.walk(call.func))]
        running = [node for node in self._nodes if isinstance(node, ast.expr | ast.stmt) and node not in connecting]
        return any(_end(node) >= _end(connection) and self._runs_other_code(node, connection) for node in running)

    def _runs_other_code(self, node: ast.expr | ast.stmt, connection: ast.expr | ast.stmt) -> bool:
        if isinstance(node, Function):
            return self._is_registered(node)
        if isinstance(node, ast.If):  # only its condition: its branches are nodes of their own
            return node.lineno > connection.lineno
        is_unpacking = isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store)
        return is_unpacking or not isinstance(node, _HARMLESS)

    def _is_registered(self, function: Function) -> bool:
        """Return whether a decorator that is not a signal's may have kept a function."""
        return not all(map(self._is_connect, function.decorator_list))

    def _is_connect(self, expression: ast.expr) -> bool:
        """Return whether it is ``signal.connect``; not of a meta-signal, which other connections send."""
        if not isinstance(expression, ast.Attribute) or _end(expression) not in self._connects:
            return False
        signal = expression.value
        return not (isinstance(signal, ast.Attribute) and signal.attr in _META_SIGNALS)


def _run_by(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield what runs when the nodes do: of a function in them, that is only what it takes by default."""
    for node in nodes:
        yield node
        if isinstance(node, Function | ast.Lambda):
            yield from _run_by(default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
        elif not isinstance(node, ast.ClassDef | ast.GeneratorExp):
            yield from _run_by(ast.iter_child_nodes(node))


def _is_weak(call: ast.Call) -> bool:
    """Return whether ``weak`` is true without ``alive``, and nothing that is unpacked may say otherwise."""
    if any(keyword.arg == "alive" for keyword in call.keywords):
        return False
    weak = [keyword.value for keyword in call.keywords if keyword.arg in ("weak", None)]
    weak += [value for value in call.args if isinstance(value, ast.Starred)] + call.args[_WEAK_POSITION:]
    return all(isinstance(value, ast.Constant) and value.value is True for value in weak)


def _means(name: str, node: ast.AST) -> bool:
    if isinstance(node, ast.Global | ast.Nonlocal):
        return name in node.names
    return isinstance(node, ast.Name) and node.id == name


def _end(node: ast.expr | ast.stmt) -> Position:
    return (node.end_lineno or 0, node.end_col_offset or 0)
