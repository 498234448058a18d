"""What a ``partial`` that is made in the call has bound by position: a field of the same name would be given twice.

A keyword that it has bound is kept, whatever is sent.
"""

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
    from mypy.types import Type

    from ._contract import Contract


def is_partial(receiver: Context) -> TypeGuard[CallExpr]:
    """Whether it is a call of ``partial``."""
    called = receiver.callee if isinstance(receiver, CallExpr) else None
    return isinstance(called, RefExpr) and called.fullname == names.PARTIAL


def bound_problems(
    receiver: Context, contract: Contract, type_of: Callable[[Expression], Type | None]
) -> Iterator[str]:
    """What is wrong with a partial that binds, by position, parameters by which fields are sent."""
    if not is_partial(receiver):
        return
    function: Expression = receiver
    count = 0
    while is_partial(function) and function.args:
        count += function.arg_kinds.count(ARG_POS) - 1
        function = function.args[0]
    signature = signature_of(type_of(function) or NoneType())
    if signature is None:
        return
    for position in range(count):
        parameter = signature.argument_by_position(position)
        name = parameter.name if parameter else None
        if name in contract.delivered:
            yield messages.bound_field(shown_name(signature), str(name), contract.payload_name)
