"""Receivers that nothing keeps alive: those made in the call, and local functions of a function that ends with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, FuncDef, LambdaExpr, NameExpr, Var
from mypy.traverser import NameAndMemberCollector
from mypy.types import Instance, get_proper_type

from .. import _messages as messages
from .. import _names as names
from .._mypy.expressions import variable_of
from .._mypy.internals import function_around
from .._mypy.source import parsed_function
from .function_end import FunctionEnd
from .partials import is_partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Context, Decorator, Expression, SymbolNode
    from mypy.plugin import CheckerPluginInterface

    from .function_end import Position


def check_kept(receiver: Expression, call: Context, checker: CheckerPluginInterface) -> None:
    """Refuse a receiver that ``signal.connect(receiver)`` holds weakly if nothing else holds it."""
    if kind := _kind_of_new(receiver):
        checker.fail(messages.new_dies(kind), receiver, code=messages.WEAK)
        checker.msg.note(messages.KEEP_NEW, receiver, code=messages.WEAK)
    elif isinstance(call, CallExpr) and isinstance(receiver, NameExpr):
        around = _ending_with(receiver.name, call, call.callee, checker)
        _refuse(receiver.name, around, "weak=False", receiver, checker)


def check_decorated_kept(
    decorated: Decorator, decorator: Expression, checker: CheckerPluginInterface, way: str
) -> None:
    """Do the same for ``@signal.connect``, and advise the way to connect it otherwise."""
    receiver = decorated.func.name
    around = _ending_with(receiver, decorated.func, decorator, checker)
    _refuse(receiver, around, way, decorator, checker)


def _kind_of_new(receiver: Expression) -> str | None:
    """Return the kind of a receiver that the call makes; None if it may exist already."""
    if isinstance(receiver, LambdaExpr):
        return "lambda"
    return "partial" if is_partial(receiver) else None


def _ending_with(receiver: str, place: Context, connect: Expression, checker: CheckerPluginInterface) -> str:
    """Return the name of the function that makes a local one, connects it and ends; empty if there is none."""
    around = function_around(checker)
    if not isinstance(around, FuncDef) or around.is_generator or around.name.startswith("test"):
        return ""
    function = parsed_function(around, checker)
    if function is None:
        return ""
    end = FunctionEnd(function, {_end(connect), *_connects(around)})
    return around.name if end.is_with(receiver, place.line) else ""


def _connects(function: FuncDef) -> Iterator[Position]:
    """Yield where it says ``signal.connect``, as far as it can be told."""
    collector = NameAndMemberCollector()
    function.accept(collector)
    for member in collector.member_exprs:
        if member.name == "connect" and _is_signal(variable_of(member.expr, {})):
            yield _end(member)


def _is_signal(variable: SymbolNode | None) -> bool:
    """Return whether it is a signal, and connects as signals do."""
    kind = get_proper_type(variable.type) if isinstance(variable, Var) else None
    defining = kind.type.get_containing_type_info("connect") if isinstance(kind, Instance) else None
    return defining is not None and defining.fullname in names.SENDABLE


def _end(expression: Expression) -> Position:
    return (expression.end_line or 0, expression.end_column or 0)


def _refuse(receiver: str, around: str, way: str, place: Context, checker: CheckerPluginInterface) -> None:
    if around:
        checker.fail(messages.local_dies(receiver, around), place, code=messages.WEAK)
        checker.msg.note(messages.keep_local(way, around), place, code=messages.WEAK)
