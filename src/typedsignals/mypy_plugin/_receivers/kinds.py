"""Receivers of a kind that their signal does not accept: coroutine functions, or all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.meet import is_overlapping_types
from mypy.types import AnyType, Instance, Type, TypeOfAny, get_proper_type

from .. import _messages as messages
from .. import _names as names
from .._mypy.expressions import literal_of

if TYPE_CHECKING:
    from mypy.errorcodes import ErrorCode
    from mypy.plugin import CheckerPluginInterface

    from .receiver import Receiver


def is_refused_kind(receiver: Receiver, signal: Type, code: ErrorCode) -> bool:
    """Report a receiver of a kind that the signal is declared not to accept; return whether it is refused."""
    accepts, signature = accepts_of(signal), receiver.signature
    if signature is None or accepts is None:
        return False
    result, checker = signature.ret_type, receiver.checker
    is_fine = not is_coroutine(result) if accepts == "sync" else _may_be_coroutine(result, checker)
    if accepts == "any" or is_fine:
        return False
    receiver.fail(messages.not_accepted(receiver.name, accepts), code)
    return True


def accepts_of(signal: Type) -> str | None:
    """Return what a signal is declared to accept; None if its type does not tell."""
    found = get_proper_type(signal)
    attributes = found.extra_attrs.attrs if isinstance(found, Instance) and found.extra_attrs else {}
    literal = literal_of(attributes[names.ACCEPTS]) if names.ACCEPTS in attributes else None
    return str(literal.value) if literal else None


def is_coroutine(result: Type) -> bool:
    """Return whether what a function returns is certainly a coroutine."""
    found = get_proper_type(result)
    return isinstance(found, Instance) and found.type.fullname in names.COROUTINES


def _may_be_coroutine(result: Type, checker: CheckerPluginInterface) -> bool:
    """Return whether it may be one: of an ``Awaitable`` or an ``Any``, that cannot be told."""
    coroutine = checker.named_generic_type(names.COROUTINE, [AnyType(TypeOfAny.special_form)] * 3)
    return is_overlapping_types(result, coroutine)
