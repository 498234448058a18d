"""Declaring: a field with ``alias=`` is refused, no payload passes for its base, and ``accepts=`` is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.erasetype import erase_typevars
from mypy.types import AnyType, FunctionLike, Instance, LiteralType, get_proper_type

from . import _messages as messages
from . import _names as names
from ._mypy.expressions import literal_of
from ._mypy.internals import always_reported
from ._payloads.contract import result_of
from ._payloads.marks import marked_fields
from ._payloads.marks_in_source import ALIAS

if TYPE_CHECKING:
    from mypy.nodes import Context
    from mypy.plugin import CheckerPluginInterface, FunctionContext, MethodContext
    from mypy.types import Type


def check_signal(context: FunctionContext) -> Type:
    """Hook for ``Signal(payload)``, called for each overload of the constructor that mypy tries."""
    return _declared(context, 0)


def check_namespace_signal(context: MethodContext) -> Type:
    """Hook for ``namespace.signal(name, payload)``, called for each overload of the method that mypy tries."""
    return _declared(context, 1)


def _declared(context: FunctionContext | MethodContext, position: int) -> Type:
    """Return the type of the signal."""
    signal = context.default_return_type
    for given, place in zip(context.arg_types[position], context.args[position], strict=True):
        model = get_proper_type(given)
        if isinstance(model, FunctionLike) and model.is_type_obj():
            _check_aliases(model, place, context.api)
            signal = _of_payload(model, signal)
    return _accepting(context, signal)


def _accepting(context: FunctionContext | MethodContext, signal: Type) -> Type:
    """Return the type of the signal with what it is declared to accept, which its class does not tell.

    It becomes the type of the attribute ``accepts``, as after a check with ``hasattr``: mypy's cache and daemon keep
    that, and no message shows it.
    """
    found = get_proper_type(signal)
    if not isinstance(found, Instance):
        return signal
    given = dict(zip(context.callee_arg_names, context.arg_types, strict=True)).get(names.ACCEPTS)
    accepts = literal_of(given[0]) if given else None
    if not given and found.type.has_base(names.HOOK):
        accepts = LiteralType("sync", context.api.named_generic_type("builtins.str", []))
    return found.copy_with_extra_attr(names.ACCEPTS, accepts) if accepts else signal


def bind(context: MethodContext) -> Type:
    """Hook for ``signal.of(sender)``: let the bound signal remember what its class does not tell of receivers."""
    signal, bound = get_proper_type(context.type), get_proper_type(context.default_return_type)
    if not isinstance(signal, Instance) or not isinstance(bound, Instance):
        return bound
    known = signal.extra_attrs.attrs if signal.extra_attrs else {}
    if names.ACCEPTS in known:
        bound = bound.copy_with_extra_attr(names.ACCEPTS, known[names.ACCEPTS])
    returned = result_of(signal)
    is_known = not isinstance(get_proper_type(returned), AnyType)
    return bound.copy_with_extra_attr(names.RETURNED, returned) if is_known else bound


def _check_aliases(model: FunctionLike, place: Context, checker: CheckerPluginInterface) -> None:
    info = model.type_object()
    with always_reported(checker):
        for field, alias in marked_fields(info, ALIAS, checker).items():
            checker.fail(messages.has_alias(field, info.name, alias), place, code=messages.DECLARATION)


def _of_payload(model: FunctionLike, signal: Type) -> Type:
    """Return the type of the signal with the given payload, where mypy takes a base of it from an annotation."""
    found = get_proper_type(signal)
    if not isinstance(found, Instance) or found.type.fullname not in names.SIGNALS:
        return signal
    payload = get_proper_type(found.args[0])
    is_any_model = isinstance(payload, Instance) and payload.type.fullname == names.BASE_MODEL
    if is_any_model or not isinstance(payload, Instance) or payload.type is model.type_object():
        return signal
    return found.copy_modified(args=[erase_typevars(model.items[0].ret_type), *found.args[1:]])
