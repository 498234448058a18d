"""What the ``def`` of a receiver tells, and its type does not: a method without an object, a generator function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import ARG_OPT, ARG_POS, Decorator, FuncDef, RefExpr, Var
from mypy.types import Instance, get_proper_type

from . import _messages as messages
from ._fit import shown_name, signature_of

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Argument, Context
    from mypy.types import CallableType, Type


def is_method(receiver: Type, place: Context, checker: TypeChecker, code: ErrorCode, *, has_payload: bool) -> bool:
    """Whether a receiver is refused as a method that is connected in the body of its class, where it is a function.

    A signal without a payload takes it, as Blinker's do, and there is a note.
    """
    signature, function = signature_of(receiver), _definition(receiver, place)
    if signature is None or function is None or function.info is not checker.scope.active_class():
        return False
    first = _self_argument(function, signature)
    if first is None:
        return False
    say = checker.fail if has_payload else checker.note
    say(messages.is_method(shown_name(signature), first.variable.name), place, code=code)
    return has_payload


def _self_argument(function: FuncDef, signature: CallableType) -> Argument | None:
    """What takes the object, or the class; None if a method needs none, or has it already."""
    is_bound = len(signature.arg_types) < len(function.arguments)
    first = None if function.is_static or is_bound else next(iter(function.arguments), None)
    return first if first and first.kind in (ARG_POS, ARG_OPT) else None


def check_runs(receiver: Type, place: Context, checker: TypeChecker) -> None:
    """Note that a receiver is a generator function: nothing of it runs until somebody iterates over what it returns."""
    signature, function = signature_of(receiver), _definition(receiver, place)
    if signature and function and function.is_generator:
        checker.note(messages.never_iterated(shown_name(signature)), place, code=messages.GENERATOR)


def _definition(receiver: Type, place: Context) -> FuncDef | None:
    """The function that is connected, or that runs when an object is called.

    There is None for a function that a variable or a decorated function has for its type: mypy's cache does not keep it
    there, and a report must not depend on whether mypy reads a module or its cache.
    """
    signature, proper = signature_of(receiver), get_proper_type(receiver)
    named = place.node if isinstance(place, RefExpr) and not isinstance(proper, Instance) else None
    if signature is None or isinstance(named, Var) or (isinstance(named, Decorator) and named.decorators):
        return None
    return signature.definition if isinstance(signature.definition, FuncDef) else None
