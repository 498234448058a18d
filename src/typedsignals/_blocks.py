"""Blocks of code inside which sends reach other receivers than usual, or are watched.

They cost nothing where there are none: a table with open blocks keeps no snapshots, so that each send comes to ask
for one, which is when the blocks that hold for it are applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ._registry import all_signals

if TYPE_CHECKING:
    from ._connections import ConnectionTable
    from ._dispatch import Delivery
    from ._references import ReceiverRef
    from ._signal import Signal

Extent: TypeAlias = Literal["process", "context"]
"""Where a block holds: everywhere, or in the thread or task that opens it, and those that inherit its context."""

_here: ContextVar[tuple[Block, ...]] = ContextVar("typedsignals_blocks", default=())
"""The blocks of this context that hold nowhere else."""

_everywhere: list[Block] = []
"""The open blocks that are about all signals, also those that are yet to be declared."""


class Block:
    """What a block does to the sends of a signal; this one does nothing.

    One that is opened inside another that holds for a context holds wherever that one does. It may outlast it.

    Attributes:
        holders: Of these blocks a context must have one for this one to hold in it; none if it holds everywhere.
    """

    __slots__ = ("holders",)

    def __init__(self, extent: Extent = "process") -> None:
        outer = () if extent == "context" else _here.get()[-1:]
        self.holders: tuple[Block, ...] = (self, *outer) if outer or extent == "context" else ()

    def holds_here(self) -> bool:
        """Whether it is about what the current thread or task does."""
        return not self.holders or not set(self.holders).isdisjoint(_here.get())

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
        counts: Whether sending is worth while for its sake, as for that of a receiver.
    """

    __slots__ = ("counts", "observe")

    def __init__(self, observe: Callable[[Signal[Any, Any, Any], Delivery], Delivery], *, counts: bool = True) -> None:
        super().__init__()
        self.observe = observe
        self.counts = counts


@contextmanager
def opened(block: Block, signals: Iterable[Signal[Any, Any, Any]], *, everywhere: bool = False) -> Iterator[None]:
    """Open a block on some signals. They find again exactly what they had before, in whatever order blocks end.

    Args:
        block: The block, which is not open yet.
        signals: The signals.
        everywhere: Whether signals that are declared inside are to have it too.
    """
    with _held_here(block), _kept_for_new_signals(block) if everywhere else nullcontext():
        tables = [signal._table for signal in signals]
        for table in tables:
            table.open(block)
        try:
            yield
        finally:
            for table in tables:
                table.close(block)


@contextmanager
def _kept_for_new_signals(block: Block) -> Iterator[None]:
    _everywhere.append(block)
    try:
        yield
    finally:
        _everywhere.remove(block)
        for signal in all_signals():
            signal._table.close(block)


def open_what_is_everywhere(table: ConnectionTable) -> None:
    """Open on the table of a new signal, which is registered, what is open on all others."""
    for block in tuple(_everywhere):
        table.open(block)
        if block not in _everywhere:
            # Another thread has ended it, perhaps too early to find it open here.
            table.close(block)


@contextmanager
def _held_here(block: Block) -> Iterator[None]:
    if not block.holders:
        yield
        return
    _here.set((*_here.get(), block))
    try:
        yield
    finally:
        # Not by resetting a token: fixtures may end in another context than the one they began in.
        _here.set(tuple(open_block for open_block in _here.get() if open_block is not block))
