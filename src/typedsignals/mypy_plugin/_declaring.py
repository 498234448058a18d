"""Declarations: a payload in which a field has ``alias=`` is refused, as when the program runs, and none is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mypy.erasetype import erase_typevars
from mypy.types import FunctionLike, Instance, get_proper_type

from . import _messages as messages
from . import _names as names
from ._field_source import ALIAS
from ._marks import marked_fields
from ._trial import aloud

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.nodes import Context
    from mypy.plugin import FunctionContext, MethodContext
    from mypy.types import Type


def check_signal(context: FunctionContext) -> Type:
    """Hook for ``Signal(payload)``, called for each overload of the constructor that mypy tries."""
    return _declared(context, 0)


def check_namespace_signal(context: MethodContext) -> Type:
    """Hook for ``namespace.signal(name, payload)``, called for each overload of the method that mypy tries."""
    return _declared(context, 1)


def _declared(context: FunctionContext | MethodContext, position: int) -> Type:
    """The type of the signal."""
    checker, signal = cast("TypeChecker", context.api), context.default_return_type
    for given, place in zip(context.arg_types[position], context.args[position], strict=True):
        model = get_proper_type(given)
        if isinstance(model, FunctionLike) and model.is_type_obj():
            _check_aliases(model, place, checker)
            signal = _of_payload(model, signal)
    return signal


def _check_aliases(model: FunctionLike, place: Context, checker: TypeChecker) -> None:
    info = model.type_object()
    with aloud(checker):
        for field, alias in marked_fields(info, ALIAS, checker).items():
            checker.fail(messages.has_alias(field, info.name, alias), place, code=messages.DECLARATION)


def _of_payload(model: FunctionLike, signal: Type) -> Type:
    """The type of the signal with the payload that is given, for which mypy takes a base of it if that is annotated."""
    found = get_proper_type(signal)
    if not isinstance(found, Instance) or found.type.fullname != names.SIGNAL:
        return signal
    payload = get_proper_type(found.args[0])
    if not isinstance(payload, Instance) or payload.type is model.type_object() or _is_any_model(payload):
        return signal
    return found.copy_modified(args=[erase_typevars(model.items[0].ret_type), *found.args[1:]])


def _is_any_model(payload: Instance) -> bool:
    """Whether it says nothing of what is sent and received."""
    return payload.type.fullname == names.BASE_MODEL
