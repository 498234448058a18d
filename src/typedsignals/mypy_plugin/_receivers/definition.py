"""What the ``def`` of a receiver tells and its type does not: a method without an object, a generator function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import ARG_OPT, ARG_POS, Decorator, FuncDef, RefExpr, Var
from mypy.types import Instance, get_proper_type

from .. import _messages as messages
from .._mypy.internals import class_around

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy.errorcodes import ErrorCode

    from .receiver import Receiver

BOUND_FIRST = frozenset({"self", "cls", "mcs", "metacls"})
"""What the first parameter of a method is called by convention, as in the check at run time."""
SENDER = "sender"


def is_refused_as_method(receiver: Receiver, code: ErrorCode, fields: Collection[str] | None) -> bool:
    """Report a method that is connected in the body of its class, where it is a function; return whether it is refused.

    A signal without a payload, and so without fields, takes it, as Blinker's do, and there is a note. A function whose
    first parameter is for the sender is a receiver like any other: it is called on no object.
    """
    function = _definition(receiver)
    first = _object_parameter(function, fields or ()) if function and _is_without_object(receiver, function) else None
    if first is None:
        return False
    say = receiver.note if fields is None else receiver.fail
    say(messages.is_method(receiver.name, first), code)
    return fields is not None


def _is_without_object(receiver: Receiver, function: FuncDef) -> bool:
    """Return whether this is the body of the function's class, and nothing is bound to the function."""
    takes = receiver.signature.arg_types if receiver.signature else ()
    is_here = function.info is class_around(receiver.checker)
    return is_here and not function.is_static and len(takes) >= len(function.arguments)


def _object_parameter(function: FuncDef, fields: Collection[str]) -> str | None:
    """Return the name of what takes the object, or the class; None if the first parameter is for the sender."""
    by_position = [given.variable.name for given in function.arguments if given.kind in (ARG_POS, ARG_OPT)]
    first, second = [*by_position[:2], None, None][:2]
    is_followed_by_sender = second == SENDER and SENDER not in fields
    return first if first in BOUND_FIRST or is_followed_by_sender else None


def check_runs(receiver: Receiver) -> None:
    """Note that a receiver is a generator function: its body runs only when somebody iterates over its result."""
    function = _definition(receiver)
    if function and function.is_generator:
        receiver.note(messages.never_iterated(receiver.name), messages.GENERATOR)


def _definition(receiver: Receiver) -> FuncDef | None:
    """Return the function that is connected, or that runs when an object is called.

    It is None for a function that is the type of a variable or of a decorated function: mypy's cache does not keep it
    there, and reports must not depend on whether mypy reads a module or its cache.
    """
    signature, is_object = receiver.signature, isinstance(get_proper_type(receiver.type), Instance)
    named = receiver.place.node if isinstance(receiver.place, RefExpr) and not is_object else None
    if signature is None or isinstance(named, Var | Decorator):
        return None
    return signature.definition if isinstance(signature.definition, FuncDef) else None
