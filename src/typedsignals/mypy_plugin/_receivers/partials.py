"""Partials that are made in the call of ``connect``: a field that one has bound by position would be given twice.

A keyword that a partial has bound is kept, whatever is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from mypy.nodes import ARG_POS, CallExpr, Expression, RefExpr

from .. import _messages as messages
from .. import _names as names
from .._mypy.expressions import type_of
from .receiver import shown_name, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._payloads.contract import Contract
    from .receiver import Receiver


def is_partial(receiver: Expression) -> TypeGuard[CallExpr]:
    """Return whether an expression is a call of ``partial``."""
    called = receiver.callee if isinstance(receiver, CallExpr) else None
    return isinstance(called, RefExpr) and called.fullname == names.PARTIAL


def doubly_given(receiver: Receiver, contract: Contract) -> Iterator[str]:
    """Yield what is wrong with a partial that binds, by position, parameters by which fields are sent."""
    function, count = receiver.place, 0
    while is_partial(function):
        count += function.arg_kinds.count(ARG_POS) - 1
        function = function.args[0]
    signature = signature_of(type_of(function, receiver.checker)) if count > 0 else None
    for position in range(count):
        parameter = signature and signature.argument_by_position(position)
        name = parameter and parameter.name
        if name in contract.delivered:
            yield messages.bound_field(shown_name(signature), str(name), contract.payload_name)
