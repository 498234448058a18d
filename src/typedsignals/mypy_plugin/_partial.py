"""What a ``partial`` that is made in the call has bound already: a field of the same name would take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from mypy.nodes import ARG_POS, CallExpr, RefExpr
from mypy.types import NoneType

from . import _messages as messages
from . import _names as names
from ._fit import shown_name, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy.nodes import Context, Expression
    from mypy.types import CallableType, Type

    from ._contract import Contract


def is_partial(receiver: Context) -> TypeGuard[CallExpr]:
    """Whether it is a call of ``partial``."""
    called = receiver.callee if isinstance(receiver, CallExpr) else None
    return isinstance(called, RefExpr) and called.fullname == names.PARTIAL


def bound_problems(
    receiver: Context, contract: Contract, type_of: Callable[[Expression], Type | None]
) -> Iterator[str]:
    """What is wrong with a partial that binds parameters by which fields are sent."""
    if not is_partial(receiver):
        return
    function: Expression = receiver
    named, count = [], 0
    while is_partial(function) and function.args:
        named += [name for name in function.arg_names if name]
        count += function.arg_kinds.count(ARG_POS) - 1
        function = function.args[0]
    signature = signature_of(type_of(function) or NoneType())
    shown = shown_name(signature) if signature else "the receiver"
    for name in dict.fromkeys([*_first_names(signature, count), *named]):
        if name in contract.delivered:
            yield messages.bound_field(shown, name, contract.payload_name)


def _first_names(signature: CallableType | None, count: int) -> list[str]:
    parameters = [signature.argument_by_position(position) for position in range(count)] if signature else []
    return [parameter.name for parameter in parameters if parameter and parameter.name]
