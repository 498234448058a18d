"""All signals that exist, and their tables, for tools that act on many of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from .._signal import AnySignal
    from .table import ConnectionTable

_signals: WeakValueDictionary[int, AnySignal] = WeakValueDictionary()


def register(signal: AnySignal) -> None:
    """Add a new signal, for as long as it lives."""
    _signals[id(signal)] = signal


def all_signals() -> Iterator[AnySignal]:
    """Give all signals, in the order of their declaration."""
    # By references and not by values, as other threads may declare signals meanwhile.
    yield from (signal for reference in _signals.valuerefs() if (signal := reference()) is not None)


def table_of(signal: AnySignal) -> ConnectionTable:
    """Return the table of a signal's connections, for code that opens blocks on it or lists what is in it."""
    return signal._table
