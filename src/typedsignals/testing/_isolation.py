"""Choose, for the length of a block, which receivers are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, get_args

from .._concurrency.interrupts import lasting
from .._connecting.blocks import Block, Extent, Muted, opened
from .._connecting.entries import next_order
from .._connecting.references import ReceiverRef
from .._connecting.registry import all_signals, table_of
from .._identity import callable_id
from .._namespace import Namespace
from ._targets import AnySignal, signals_of

if TYPE_CHECKING:
    from .._connecting.table import ConnectionTable


@lasting
def muted(*signals: AnySignal | Namespace, scope: Extent = "process") -> Iterator[None]:
    """Call no receivers of these signals inside the block.

    Sends are still validated and captured. Blocks nest.

    Args:
        signals: Signals, and namespaces for all the signals that they have.
        scope: ``"process"`` for all sends; ``"context"`` for sends by the thread or task that opens the block, and by
            those that inherit its context.

    Raises:
        TypeError: An argument is neither a signal nor a namespace, or there are no signals.
        ValueError: There is no such scope.
    """
    with opened(Muted(_checked(scope)), map(table_of, signals_of("muted", signals))):
        yield


@lasting
def only(*receivers: Callable[..., Any], scope: Extent = "process") -> Iterator[None]:
    """Call only these receivers inside the block, whatever the signal.

    They are called as they are connected; nothing is connected or disconnected. Blocks nest: inside two of them, only
    the receivers that both name are called.

    Args:
        receivers: The receivers.
        scope: As for `muted`.

    Raises:
        TypeError: An argument is not callable, or there are no receivers.
        ValueError: There is no such scope.
    """
    if not receivers:
        raise TypeError("only() needs at least one receiver; to call none, use muted(*signals)")
    for receiver in receivers:
        if not callable(receiver):
            raise TypeError(f"only() takes receivers, not a {type(receiver).__name__}: {receiver!r}")
    with opened(Only(receivers, _checked(scope)), map(table_of, all_signals()), is_global=True):
        yield


@lasting
def isolated(*signals: AnySignal | Namespace, scope: Extent = "process") -> Iterator[None]:
    """Start the block without any receivers of these signals, and restore the earlier receivers after it.

    Connections made inside end with the block. Inside, earlier connections are out of reach: they receive nothing, are
    not listed, and cannot be disconnected. Blocks nest.

    Args:
        signals: Signals, and namespaces for all the signals that they have.
        scope: As for `muted`. With ``"context"``, other threads and tasks do not notice the block.

    Raises:
        TypeError: An argument is neither a signal nor a namespace, or there are no signals.
        ValueError: There is no such scope.
    """
    followed = [target._every for target in signals if isinstance(target, Namespace)]
    with opened_isolation([*signals_of("isolated", signals), *followed], _checked(scope)):
        yield


@lasting
def opened_isolation(signals: Iterable[AnySignal], extent: Extent) -> Iterator[None]:
    """Do what `isolated` does, for any number of signals, even none."""
    signals = tuple(signals)  # kept, so that none of them dies meanwhile
    layers = {table: table.new_layer() for table in map(table_of, signals)}
    block = Isolated(layers, extent)
    try:
        with opened(block, layers):
            yield
    finally:
        block.disconnect_all()


class Only(Block):
    """A block in which only some receivers are called."""

    __slots__ = ("_ids", "_receivers")
    keeps_steps = False

    def __init__(self, receivers: tuple[Callable[..., Any], ...], extent: Extent) -> None:
        super().__init__(extent)
        self._receivers = receivers  # kept alive, so that their ids stay their own
        self._ids = frozenset(map(callable_id, receivers))

    def admits(self, ref: ReceiverRef) -> bool:
        return ref.identity in self._ids


class Isolated(Block):
    """A block in which signals have other connection tables."""

    __slots__ = ("_began", "_layers")
    keeps_steps = False

    def __init__(self, layers: dict[ConnectionTable, ConnectionTable], extent: Extent) -> None:
        super().__init__(extent)
        self._layers = layers
        self._began = next_order()

    def layer(self, table: ConnectionTable) -> ConnectionTable | None:
        return self._layers.get(table)

    def hides(self, follower: ReceiverRef) -> bool:
        return follower.order < self._began

    def disconnect_all(self) -> None:
        """Keep sends that are still under way from calling the receivers that were connected inside."""
        for layer in self._layers.values():
            layer.claim_all()


def _checked(scope: Extent) -> Extent:
    if scope not in get_args(Extent):
        raise ValueError(f"scope= must be 'process' or 'context', not {scope!r}")
    return scope
