"""What the ``def`` of a receiver tells, and its type does not: a method without an object, a generator function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import ARG_OPT, ARG_POS, Decorator, FuncDef, RefExpr, Var
from mypy.types import Instance, get_proper_type

from . import _messages as messages
from ._fit import shown_name, signature_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy.checker import TypeChecker
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Context
    from mypy.types import Type

BOUND_FIRST = frozenset({"self", "cls", "mcs", "metacls"})
"""What the first parameter of a method is called by convention, as the check that runs with the program has it."""
SENDER = "sender"


def is_method(
    receiver: Type, place: Context, checker: TypeChecker, code: ErrorCode, fields: Collection[str] | None
) -> bool:
    """Whether a receiver is refused as a method that is connected in the body of its class, where it is a function.

    A signal without a payload, and so without fields, takes it, as Blinker's do, and there is a note. A function whose
    first parameter is for the sender is a receiver like any other: it is called on no object.
    """
    signature, function = signature_of(receiver), _definition(receiver, place)
    if signature is None or function is None or function.info is not checker.scope.active_class():
        return False
    first = _self_parameter(function, fields or ())
    is_bound = len(signature.arg_types) < len(function.arguments)
    if first is None or function.is_static or is_bound:
        return False
    say = checker.note if fields is None else checker.fail
    say(messages.is_method(shown_name(signature), first), place, code=code)
    return fields is not None


def _self_parameter(function: FuncDef, fields: Collection[str]) -> str | None:
    """The name of what takes the object, or the class; None if the first parameter is for the sender."""
    by_position = [given.variable.name for given in function.arguments if given.kind in (ARG_POS, ARG_OPT)]
    first, second = [*by_position[:2], None, None][:2]
    is_followed_by_sender = second == SENDER and SENDER not in fields
    return first if first in BOUND_FIRST or is_followed_by_sender else None


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
