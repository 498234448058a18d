"""Deciding, for the length of a block, which receivers are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

from .._concurrency.interrupts import lasting
from .._connecting.blocks import Block, Extent, Muted, opened
from .._connecting.references import ReceiverRef
from .._connecting.registry import all_signals, tables_of
from .._connecting.table import ConnectionTable
from .._identity import callable_id
from .._namespace import Namespace
from ._targets import AnySignal, signals_of


@lasting
def muted(*signals: AnySignal | Namespace, scope: Extent = "process") -> Iterator[None]:
    """Call no receivers of these signals inside the block.

    What is sent is validated all the same, and captured. Blocks nest.

    Args:
        signals: Signals, and namespaces for all signals that they have.
        scope: ``"process"``, or ``"context"`` for what the thread or task that opens the block sends, and those that
            inherit its context.

    Raises:
        TypeError: There is no signal, or something else.
        ValueError: There is no such scope.
    """
    with opened(Muted(_checked(scope)), tables_of(signals_of("muted", signals))):
        yield


@lasting
def only(*receivers: Callable[..., Any], scope: Extent = "process") -> Iterator[None]:
    """Call, of all receivers of all signals, only these inside the block.

    They are called as they are connected: it connects none. Blocks nest: the receivers that all of them name remain.

    Args:
        receivers: The receivers.
        scope: As for `muted`.

    Raises:
        TypeError: There is no receiver, or something that is none.
        ValueError: There is no such scope.
    """
    if not receivers:
        raise TypeError("only() needs at least one receiver; to call none, use muted(*signals)")
    for receiver in receivers:
        if not callable(receiver):
            raise TypeError(f"only() takes receivers, not a {type(receiver).__name__}: {receiver!r}")
    with opened(Only(receivers, _checked(scope)), tables_of(all_signals()), is_global=True):
        yield


@lasting
def isolated(*signals: AnySignal | Namespace, scope: Extent = "process") -> Iterator[None]:
    """Let these signals have no receivers at the start of the block, and after it those that they had before.

    What is connected inside is gone after it; what was connected before can be neither reached, seen nor disconnected
    inside. Blocks nest.

    Args:
        signals: Signals, and namespaces for all signals that they have.
        scope: As for `muted`. In other threads and tasks, a block for a context goes unnoticed.

    Raises:
        TypeError: There is no signal, or something else.
        ValueError: There is no such scope.
    """
    with opened_isolation(signals_of("isolated", signals), _checked(scope)):
        yield


@lasting
def opened_isolation(signals: Iterable[AnySignal], extent: Extent) -> Iterator[None]:
    """As `isolated`, for signals however many they are."""
    tables = tables_of(signals)
    block = Isolated({table: table.empty_twin() for table in tables}, extent)
    try:
        with opened(block, tables):
            yield
    finally:
        block.disconnect_all()


class Only(Block):
    """Few receivers are called."""

    __slots__ = ("_ids", "_receivers")

    def __init__(self, receivers: tuple[Callable[..., Any], ...], extent: Extent) -> None:
        super().__init__(extent)
        self._receivers = receivers  # kept, for as long as their ids are
        self._ids = frozenset(map(callable_id, receivers))

    def admits(self, ref: ReceiverRef) -> bool:
        return ref.receiver_id in self._ids


class Isolated(Block):
    """Signals have other connections."""

    __slots__ = ("_layers",)

    def __init__(self, layers: dict[ConnectionTable, ConnectionTable], extent: Extent) -> None:
        super().__init__(extent)
        self._layers = layers

    def layer(self, table: ConnectionTable) -> ConnectionTable | None:
        return self._layers.get(table)

    def disconnect_all(self) -> None:
        """Let sends that are still under way call none of the receivers that were connected inside."""
        for layer in self._layers.values():
            layer.claim_all()


def _checked(scope: Extent) -> Extent:
    if scope not in get_args(Extent):
        raise ValueError(f"scope= must be 'process' or 'context', not {scope!r}")
    return scope
