"""Receivers that nothing keeps alive: lambdas, and local functions of a function that ends with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Decorator, FuncDef, LambdaExpr, NameExpr

from . import _messages as messages
from ._frame import Frame, Function
from ._source import parsed, source_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context, Expression


def check_connected(receiver: Expression, call: Context, checker: TypeChecker) -> None:
    """Refuse a receiver that ``signal.connect(receiver)`` holds weakly if nothing else holds it."""
    if isinstance(receiver, LambdaExpr):
        checker.fail(messages.LAMBDA_DIES, receiver, code=messages.WEAK)
        checker.note(messages.KEEP_LAMBDA, receiver, code=messages.WEAK)
    elif isinstance(receiver, NameExpr) and isinstance(receiver.node, FuncDef | Decorator):
        _check_local(receiver.name, call.line, receiver, checker)


def check_decorated(decorator: Decorator, place: Context, checker: TypeChecker) -> None:
    """The same for ``@signal.connect``."""
    _check_local(decorator.func.name, decorator.func.line, place, checker)


def _check_local(receiver: str, line: int, place: Context, checker: TypeChecker) -> None:
    around = checker.scope.current_function()
    if not isinstance(around, FuncDef) or around.is_generator or around.name.startswith("test"):
        return
    function = parsed(source_of(around, checker.path, checker.errors), around)
    if isinstance(function, Function) and Frame(function).ends_with(receiver, line):
        checker.fail(messages.local_dies(receiver, around.name), place, code=messages.WEAK)
        checker.note(messages.keep_local(around.name), place, code=messages.WEAK)
