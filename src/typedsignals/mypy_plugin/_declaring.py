"""Declarations: a payload in which a field has ``alias=`` is refused, as when the program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.types import FunctionLike, get_proper_type

from . import _messages as messages
from ._connecting import own_type_of
from ._field_source import ALIAS
from ._marks import marked_fields

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.plugin import FunctionSigContext, MethodSigContext


def check_signal(context: FunctionSigContext) -> FunctionLike:
    """Hook for ``Signal(payload)``, called for each overload of the constructor."""
    _check(context, 0)
    return context.default_signature


def check_namespace_signal(context: MethodSigContext) -> FunctionLike:
    """Hook for ``namespace.signal(name, payload)``, called for each overload of the method."""
    _check(context, 1)
    return context.default_signature


def _check(context: FunctionSigContext | MethodSigContext, position: int) -> None:
    checker = cast("TypeChecker", context.api)
    for payload in context.args[position]:
        model = get_proper_type(own_type_of(payload, checker))
        if isinstance(model, FunctionLike) and model.is_type_obj():
            info = model.type_object()
            for field, alias in marked_fields(info, ALIAS, checker).items():
                checker.fail(messages.has_alias(field, info.name, alias), payload, code=messages.DECLARATION)
