"""Blocks of code inside which sends reach other receivers than usual, or are watched.

They cost nothing where there are none: a table with open blocks keeps no snapshots, so that each send comes to ask
for one, which is when the blocks that hold for it are applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .._concurrency.interrupts import lasting
from .registry import all_signals, tables_of

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery
    from .._signal import Signal
    from .references import ReceiverRef
    from .table import ConnectionTable

Extent: TypeAlias = Literal["process", "context"]
"""Where a block holds: everywhere, or in the thread or task that opens it, and those that inherit its context."""

_here: ContextVar[tuple[Block, ...]] = ContextVar("typedsignals_blocks", default=())
"""The blocks of this context that hold nowhere else; some may have ended."""

_global: dict[Block, None] = {}
"""The blocks that are about all signals, also those that are yet to be declared; some may have ended."""


class Block:
    """What a block does to the sends of a signal; this one does nothing.

    One that is opened inside another that holds for a context holds wherever that one does. It may outlast it.

    Attributes:
        is_open: False from the moment it ends. Those who find it in a table, or elsewhere, after that take it away.
        holders: Of these blocks a context must have one for this one to hold in it; none if it holds everywhere.
    """

    __slots__ = ("holders", "is_open")

    def __init__(self, extent: Extent = "process") -> None:
        outer = () if extent == "context" else _open_here()[-1:]
        self.is_open = True
        self.holders: tuple[Block, ...] = (self, *outer) if outer or extent == "context" else ()

    def holds_here(self) -> bool:
        """Whether it is about what the current thread or task does."""
        return self.is_open and (not self.holders or not set(self.holders).isdisjoint(_here.get()))

    def admits(self, ref: ReceiverRef) -> bool:
        """Whether a connection may be called."""
        return True

    def layer(self, table: ConnectionTable) -> ConnectionTable | None:
        """The table that takes the place of another one; None for none."""
        return None


class Muted(Block):
    """No receiver is called."""

    __slots__ = ()

    def admits(self, ref: ReceiverRef) -> bool:
        return False


class Watched(Block):
    """Somebody looks at each send, before any receiver is called.

    Args:
        observe: Given the signal and what it delivers; gives back what is to be delivered in its stead.
        counts_as_receiver: Whether a send that reaches nobody else is worth while for its sake.
    """

    __slots__ = ("counts_as_receiver", "observe")

    def __init__(
        self, observe: Callable[[Signal[Any, Any, Any], Delivery], Delivery], *, counts_as_receiver: bool = True
    ) -> None:
        super().__init__()
        self.observe = observe
        self.counts_as_receiver = counts_as_receiver


@lasting
def opened(block: Block, tables: Iterable[ConnectionTable], *, is_global: bool = False) -> Iterator[None]:
    """Open a block on some tables. They find again exactly what they had before, in whatever order blocks end.

    Args:
        block: The block, which was not open before.
        tables: The tables.
        is_global: Whether the tables of signals that are declared inside are to have it too.
    """
    tables = tuple(tables)
    try:
        if block.holders:
            _here.set((*_open_here(), block))
        if is_global:
            _global[block] = None
        for table in tables:
            table.open(block)
        yield
    finally:
        # This alone ends it, whatever interrupts the rest.
        block.is_open = False
        _take_away(block, tables)


def _open_here() -> tuple[Block, ...]:
    return tuple(block for block in _here.get() if block.is_open)


def _take_away(block: Block, tables: Iterable[ConnectionTable]) -> None:
    """Tidy up after a block that has ended."""
    if block.holders:
        # Not by resetting a token: fixtures may end in another context than the one they began in.
        _here.set(tuple(other for other in _here.get() if other is not block))
    if block in _global:
        _global.pop(block, None)
        tables = tables_of(all_signals())
    for table in tables:
        table.close(block)


def open_global_blocks(table: ConnectionTable) -> None:
    """Open on the table of a new signal, which is registered, what is open on all others."""
    for block in tuple(_global):
        if block.is_open:
            table.open(block)
        if not block.is_open:
            # It has ended: in another thread, and too early to find it open here; or long ago, by an interrupt.
            table.close(block)
            _global.pop(block, None)
