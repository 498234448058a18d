"""All signals that exist, and their tables, for tools that act on many of them."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .._signal import AnySignal
    from .table import ConnectionTable

SignalRef: TypeAlias = "weakref.ref[AnySignal]"

_signals: dict[int, SignalRef] = {}
"""A reference to each signal, by the reference's own id."""


def _forget(gone: SignalRef, signals: dict[int, SignalRef] = _signals) -> None:
    # The dictionary is a default because this module's globals are gone when the last signals die.
    signals.pop(id(gone), None)


def reference_to_signal(signal: AnySignal) -> SignalRef:
    """Make the weak reference to a signal that its parts share.

    As it has a callback, it is cleared before the callbacks of receivers that die together with the signal run.
    """
    return weakref.ref(signal, _forget)


def register(signal: SignalRef) -> None:
    """Add a new signal, by the reference to it, for as long as it lives."""
    _signals[id(signal)] = signal


def all_signals() -> Iterator[AnySignal]:
    """Give all signals, in the order of their declaration."""
    # A copy is made in one step, whatever signals are declared or die meanwhile.
    yield from (signal for reference in _signals.copy().values() if (signal := reference()) is not None)


def table_of(signal: AnySignal) -> ConnectionTable:
    """Return the table of a signal's connections, for code that opens blocks on it or lists what is in it."""
    return signal._table
