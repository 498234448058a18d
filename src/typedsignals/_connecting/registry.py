"""All signals that there are, for tools that look at or act on every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from .._signal import Signal
    from .table import ConnectionTable

_signals: WeakValueDictionary[int, Signal[Any, Any, Any]] = WeakValueDictionary()


def register(signal: Signal[Any, Any, Any]) -> None:
    """Know a new signal, for as long as it lives."""
    _signals[id(signal)] = signal


def all_signals() -> Iterator[Signal[Any, Any, Any]]:
    """The signals that are alive, in the order of their declaration."""
    # References, and not values: other threads may declare signals meanwhile.
    yield from (signal for reference in _signals.valuerefs() if (signal := reference()) is not None)


def tables_of(signals: Iterable[Signal[Any, Any, Any]]) -> list[ConnectionTable]:
    """The tables of signals' connections, for code that changes what their sends reach."""
    return [signal._table for signal in signals]
