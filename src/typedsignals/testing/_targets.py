"""Find the signals that a block is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from .._namespace import Namespace
from .._signal import Signal

AnySignal: TypeAlias = Signal[Any, Any, ...]


def signals_of(function: str, targets: Iterable[AnySignal | Namespace]) -> tuple[AnySignal, ...]:
    """Return the signals among the targets, and those of the namespaces among them, each once.

    Args:
        function: The name of the calling function, for error messages.
        targets: Signals and namespaces.

    Raises:
        TypeError: A target is neither a signal nor a namespace, or there are no signals.
    """
    # A dictionary keeps the order, and holds each signal once.
    signals = tuple({id(signal): signal for target in targets for signal in _signals_of(function, target)}.values())
    if not signals:
        raise TypeError(f"{function}() needs at least one signal, or a namespace that has some")
    return signals


def _signals_of(function: str, target: object) -> Iterator[AnySignal]:
    if isinstance(target, Signal):
        yield target
    elif isinstance(target, Namespace):
        yield from target.values()
    else:
        raise TypeError(f"{function}() takes signals and namespaces, not a {type(target).__name__}: {target!r}")
