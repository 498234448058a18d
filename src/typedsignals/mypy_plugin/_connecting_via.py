"""``@signal.connect_via(sender)``: the same for what it decorates as for other receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.nodes import CallExpr, Decorator, MemberExpr
from mypy.types import Overloaded, get_proper_type

from . import _names as names
from ._connecting import asks_for_payload, decorated
from ._contract import contract_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Expression
    from mypy.plugin import FunctionContext, MethodContext
    from mypy.types import CallableType, Type


def name_decorator(context: MethodContext) -> Type:
    """Hook for ``signal.connect_via(sender)``: give what it returns a name, by which mypy finds the next hook.

    As an overload, if only a single one, it is tried before mypy says anything.
    """
    decorator = cast("CallableType", get_proper_type(context.default_return_type))
    return Overloaded([decorator.copy_modified(name=names.CONNECT_VIA)])


def check_decorated(context: FunctionContext) -> Type:
    """Hook for what ``signal.connect_via(sender)`` returned, when it decorates a function."""
    checker = cast("TypeChecker", context.api)
    call = _decorating_call(context)
    if call is None or not isinstance(call.callee, MemberExpr):
        return context.default_return_type
    as_payload = asks_for_payload(_as_payload(call))
    if as_payload is None:
        return context.default_return_type
    return decorated(context, contract_of(checker.lookup_type(call.callee.expr), checker), as_payload=as_payload)


def _decorating_call(context: FunctionContext) -> CallExpr | None:
    """The call of `connect_via`; None if the decorator was put into a variable before, which is mypy's business."""
    if not isinstance(context.context, Decorator):
        return None
    function = context.args[0][0]
    decorators = context.context.decorators
    found = next((d for d in decorators if (d.line, d.column) == (function.line, function.column)), None)
    return found if isinstance(found, CallExpr) else None


def _as_payload(call: CallExpr) -> list[Expression]:
    return [value for name, value in zip(call.arg_names, call.args, strict=True) if name == "as_payload"]
