"""Whether a local function that is connected is gone when the function around it returns, which it does at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from ._source import Function

Place = tuple[int, int]
"""Where an expression or statement ends: its line and column."""

_HARMLESS = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Assign, ast.AnnAssign, ast.Expr),
    *(ast.If, ast.Try, ast.Return, ast.Pass, ast.Global, ast.Nonlocal),
    *(ast.Name, ast.Constant, ast.Tuple, ast.List),
)
"""What runs no code but what it consists of; whatever else there is may send the signal."""

_META_SIGNALS = frozenset({"receiver_connected", "receiver_disconnected"})
_WEAK_POSITION = 2


class Frame:
    """A function while it runs: what it does, and not what functions inside it do, which are called whenever.

    Args:
        function: The function.
        connects: Where each ``signal.connect`` ends. What else is called so may be of something other than a signal.
    """

    def __init__(self, function: Function, connects: AbstractSet[Place]) -> None:
        self._function = function
        self._connects = connects
        self._nodes = list(_run_by(function.body))
        self._functions = [node for node in self._nodes if isinstance(node, Function)]
        statements = [node.value for node in self._nodes if isinstance(node, ast.Expr)]
        self._calls = [call for call in statements if isinstance(call, ast.Call) and self._is_connect(call.func)]

    def ends_with(self, receiver: str, line: int) -> bool:
        """Whether it makes a receiver, connects it in this line, and does nothing more, and nothing keeps it."""
        made = [function for function in self._functions if function.name == receiver]
        places: list[ast.expr | ast.stmt] = [*self._calls, *made]
        here = next((place for place in places if place.lineno == line), None)
        if here is None or not made or any(map(self._is_registered, made)):
            return False
        return not self._keeps(receiver) and not self._goes_on_after(here)

    def _keeps(self, receiver: str) -> bool:
        """Whether anything in it may keep a receiver: all but its own calls, and connecting it weakly.

        What is called by a function inside, be it the receiver itself, is kept by that.
        """
        harmless: list[ast.expr] = [node.func for node in self._nodes if isinstance(node, ast.Call)]
        harmless += [given for call in self._calls if _is_weak(call) for given in call.args[:1]]
        return any(_means(receiver, node) for node in ast.walk(self._function) if node not in harmless)

    def _goes_on_after(self, connection: ast.expr | ast.stmt) -> bool:
        """Whether anything that runs after a connection, or around it, may send the signal."""
        connecting = [part for call in self._calls for part in (call, *ast.walk(call.func))]
        running = [node for node in self._nodes if isinstance(node, ast.expr | ast.stmt) and node not in connecting]
        return any(_end(node) >= _end(connection) and self._runs_other_code(node, connection) for node in running)

    def _runs_other_code(self, node: ast.expr | ast.stmt, connection: ast.expr | ast.stmt) -> bool:
        if isinstance(node, Function):
            return self._is_registered(node)
        if isinstance(node, ast.If):  # its condition
            return node.lineno > connection.lineno
        is_unpacking = isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store)
        return is_unpacking or not isinstance(node, _HARMLESS)

    def _is_registered(self, function: Function) -> bool:
        """Whether something else than a signal may have got hold of a function, as a decorator."""
        return not all(map(self._is_connect, function.decorator_list))

    def _is_connect(self, expression: ast.expr) -> bool:
        """Whether it is ``signal.connect``, but of no meta-signal: that is sent when other receivers are connected."""
        if not isinstance(expression, ast.Attribute) or _end(expression) not in self._connects:
            return False
        signal = expression.value
        return not (isinstance(signal, ast.Attribute) and signal.attr in _META_SIGNALS)


def _run_by(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What runs when the nodes do: of a function in them, that is only what it takes by default."""
    for node in nodes:
        yield node
        if isinstance(node, Function | ast.Lambda):
            yield from _run_by(default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
        elif not isinstance(node, ast.ClassDef | ast.GeneratorExp):
            yield from _run_by(ast.iter_child_nodes(node))


def _is_weak(call: ast.Call) -> bool:
    """Whether nothing else is said, or may be by what is unpacked."""
    weak = [keyword.value for keyword in call.keywords if keyword.arg in ("weak", None)]
    weak += [value for value in call.args if isinstance(value, ast.Starred)] + call.args[_WEAK_POSITION:]
    return all(isinstance(value, ast.Constant) and value.value is True for value in weak)


def _means(name: str, node: ast.AST) -> bool:
    if isinstance(node, ast.Global | ast.Nonlocal):
        return name in node.names
    return isinstance(node, ast.Name) and node.id == name


def _end(node: ast.expr | ast.stmt) -> Place:
    return (node.end_lineno or 0, node.end_col_offset or 0)
