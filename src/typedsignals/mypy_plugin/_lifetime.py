"""Receivers that nothing keeps alive: those made in the call, and local functions of a function that ends with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, FuncDef, LambdaExpr, NameExpr, Var
from mypy.traverser import NameAndMemberCollector
from mypy.types import Instance, get_proper_type

from . import _messages as messages
from . import _names as names
from ._frame import Frame
from ._partial import is_partial
from ._source import parsed_function
from ._variables import variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.checker import TypeChecker
    from mypy.nodes import Context, Decorator, Expression, SymbolNode

    from ._frame import Place


def check_connected(receiver: Expression, call: Context, checker: TypeChecker) -> None:
    """Refuse a receiver that ``signal.connect(receiver)`` holds weakly if nothing else holds it."""
    if kind := _kind_of_new(receiver):
        checker.fail(messages.new_dies(kind), receiver, code=messages.WEAK)
        checker.note(messages.KEEP_NEW, receiver, code=messages.WEAK)
    elif isinstance(call, CallExpr) and isinstance(receiver, NameExpr):
        around = _around(receiver.name, call, call.callee, checker)
        _refuse(receiver.name, around, messages.keep_local(around), receiver, checker)


def check_decorated(decorated: Decorator, decorator: Expression, checker: TypeChecker) -> None:
    """The same for ``@signal.connect``."""
    receiver = decorated.func.name
    around = _around(receiver, decorated.func, decorator, checker)
    _refuse(receiver, around, messages.keep_decorated(around), decorator, checker)


def _kind_of_new(receiver: Expression) -> str | None:
    """What a receiver is if the call makes it; None if it may be something that exists already."""
    if isinstance(receiver, LambdaExpr):
        return "lambda"
    return "partial" if is_partial(receiver) else None


def _around(receiver: str, place: Context, connect: Expression, checker: TypeChecker) -> str:
    """The name of the function that ends with a local one that it connects; empty if there is none."""
    around = checker.scope.current_function()
    if not isinstance(around, FuncDef) or around.is_generator or around.name.startswith("test"):
        return ""
    function = parsed_function(around, checker.path, checker.errors)
    if function is None:
        return ""
    frame = Frame(function, {_end(connect), *_connects(around)})
    return around.name if frame.ends_with(receiver, place.line) else ""


def _connects(function: FuncDef) -> Iterator[Place]:
    """Where it says ``signal.connect``, as far as it can be told."""
    collector = NameAndMemberCollector()
    function.accept(collector)
    for member in collector.member_exprs:
        if member.name == "connect" and _is_signal(variable_of(member.expr, {})):
            yield _end(member)


def _is_signal(variable: SymbolNode | None) -> bool:
    """Whether it is a signal, and connects as signals do."""
    kind = get_proper_type(variable.type) if isinstance(variable, Var) else None
    defining = kind.type.get_containing_type_info("connect") if isinstance(kind, Instance) else None
    return defining is not None and defining.fullname == names.SIGNAL


def _end(expression: Expression) -> Place:
    return (expression.end_line or 0, expression.end_column or 0)


def _refuse(receiver: str, around: str, advice: str, place: Context, checker: TypeChecker) -> None:
    if around:
        checker.fail(messages.local_dies(receiver, around), place, code=messages.WEAK)
        checker.note(advice, place, code=messages.WEAK)
