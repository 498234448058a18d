"""What to say about receivers that nothing keeps alive, and about those that cannot be held weakly."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from .._exceptions import DeadReceiverWarning, WeakReceiverError
from .._inspecting.binding import binding_of
from .._inspecting.callables import described

if TYPE_CHECKING:
    from .._checking.terms import Terms
    from .._signal import AnySignal
    from .references import Receiver

_warned: dict[Any, Any] = {}
"""The registry in which the warnings module remembers what it has shown."""


def weak_receiver_error(receiver: Receiver, terms: Terms, signal: AnySignal | None) -> WeakReceiverError:
    """Return the error of connecting a receiver weakly that Python cannot refer to weakly."""
    binding = binding_of(receiver)
    anchor = receiver if binding is None else binding.anchor
    return WeakReceiverError(
        f"{terms.label} of {signal!r} cannot be held weakly, as a {type(anchor).__name__} has no "
        "__weakref__ slot; connect it with weak=False",
        signal=signal,
        receiver=receiver,
    )


def keeper_error(receiver: Receiver, keeper: object, problem: str, signal: AnySignal) -> WeakReceiverError:
    """Return the error of having a receiver kept alive by something that cannot keep it."""
    kind = "None" if keeper is None else f"a {type(keeper).__name__}"
    return WeakReceiverError(
        f"{described(receiver)} of {signal!r} cannot be kept alive by {kind}, {problem}; pass alive= an object that "
        "can, or connect it with weak=False",
        signal=signal,
        receiver=receiver,
    )


def warn_of_loss(terms: Terms, signal: AnySignal) -> None:
    """Warn that a receiver died before it was ever called. The caller is the callback that runs at its death."""
    message = (
        f"{terms.label} was garbage-collected before {signal!r} was ever sent through this connection: nothing else "
        "referred to it, and the connection does so weakly; keep a reference, or connect it with weak=False"
    )
    code, dying = terms.code, sys._getframe(1).f_back
    if code is not None:
        file, line = code.co_filename, code.co_firstlineno
    else:
        file, line = ("<unknown>", 0) if dying is None else (dying.f_code.co_filename, dying.f_lineno)
    try:
        warnings.warn_explicit(message, DeadReceiverWarning, file, line, registry=_warned)
    except DeadReceiverWarning as warning:
        # Warnings are errors in this program, but none can be caught here: Python would report an ignored exception.
        warnings.showwarning(warning, DeadReceiverWarning, file, line)
