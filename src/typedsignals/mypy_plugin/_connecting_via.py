"""``@signal.connect_via(sender)``: the same for what it decorates as for other receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.nodes import CallExpr, MemberExpr
from mypy.types import Overloaded, get_proper_type

from . import _names as names
from ._connecting import asks_for_payload, decorated, decorator_of, is_of_all_senders

if TYPE_CHECKING:
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
    """Hook for what ``signal.connect_via(sender)`` returned, when it decorates a function.

    A decorator that was put into a variable before is mypy's business.
    """
    call = decorator_of(context)
    if not (isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr)):
        return context.default_return_type
    as_payload = asks_for_payload(_given(call, "as_payload"))
    if as_payload is None:
        return context.default_return_type
    of_all = is_of_all_senders(_given(call, "sender") or call.args[:1])
    return decorated(context, call.callee.expr, as_payload=as_payload, of_all_senders=of_all)


def _given(call: CallExpr, keyword: str) -> list[Expression]:
    return [value for name, value in zip(call.arg_names, call.args, strict=True) if name == keyword]
