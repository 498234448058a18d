"""Blocks of code inside which sends reach other receivers than usual, are observed, or are held.

Where no block is open, they cost nothing. While one is, the table keeps no snapshots: each send asks for a new one, to
which the table applies the blocks that hold for the send.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeAlias
from weakref import ref

from .._concurrency.interrupts import lasting
from .._concurrency.strand import Strand
from .._identity import ANY, callable_id
from .registry import all_signals, table_of

if TYPE_CHECKING:
    from .._holding.sends import HeldSend
    from .._sending.dispatch import Delivery, Wrapper
    from .._signal import AnySignal
    from .references import Receiver, ReceiverRef
    from .table import ConnectionTable

Extent: TypeAlias = Literal["process", "context"]
"""Where a block holds: everywhere, or in the thread or task that opens it and in those that inherit its context."""

_here: ContextVar[tuple[Block, ...]] = ContextVar("typedsignals_blocks", default=())
"""The blocks that hold in this context only; some may have ended."""

_global: dict[Block, None] = {}
"""The blocks on all signals, including those that are declared later; some may have ended."""


class Block:
    """What a block does to the sends of a signal; this one does nothing.

    A block that is opened inside a block for a context holds wherever the outer one does, and may outlast it.

    Attributes:
        keeps_steps: Whether the steps that were added before the block was opened are still taken inside it.
        is_audience: Whether the block itself hears of sends, even if no receiver is connected.
        heard: The only sender that it needs to hear of then, or `ANY`.
        is_open: False from the moment the block ends. Code that still finds it in a table after that removes it.
        holders: The block holds in a context that has one of these blocks; if there are none, it holds everywhere.
    """

    __slots__ = ("holders", "is_open")

    keeps_steps: ClassVar = True
    is_audience: ClassVar = False
    heard: ClassVar[object] = ANY

    def __init__(self, extent: Extent = "process") -> None:
        outer = () if extent == "context" else _open_here()[-1:]
        self.is_open = True
        self.holders: tuple[Block, ...] = (self, *outer) if outer or extent == "context" else ()

    def holds_here(self) -> bool:
        """Whether the block applies to what the current thread or task does."""
        return self.is_open and (not self.holders or not set(self.holders).isdisjoint(_here.get()))

    def admits(self, ref: ReceiverRef) -> bool:
        """Whether sends may call the receiver of a connection."""
        return True

    def layer(self, table: ConnectionTable) -> ConnectionTable | None:
        """Return the table to use instead of another one; None to use that one."""
        return None

    def followers(self, *, sent: bool) -> Iterable[ReceiverRef]:
        """Give receivers that a send reaches after those that are connected to the signal.

        Args:
            sent: Whether one does now.
        """
        return ()

    def hides(self, follower: ReceiverRef) -> bool:
        """Whether such a receiver is out of reach, muted or not."""
        return False


class Muted(Block):
    """No receiver is called."""

    __slots__ = ()
    keeps_steps = False

    def admits(self, ref: ReceiverRef) -> bool:
        return False


class MutedReceivers(Block):
    """Some receivers are not called, whichever connection leads to them.

    Args:
        receivers: The receivers, which the block keeps alive, so that their ids stay their own.
    """

    __slots__ = ("_ids", "_receivers")

    def __init__(self, receivers: tuple[Receiver, ...]) -> None:
        super().__init__()
        self._receivers = receivers
        self._ids = frozenset(map(callable_id, receivers))

    def admits(self, ref: ReceiverRef) -> bool:
        return ref.identity not in self._ids


class Observed(Block):
    """A function sees each send before any receiver is called.

    Args:
        observe: Called with the signal and the delivery; returns the delivery to make instead.
        counts_as_receiver: Whether it counts as a receiver when a signal asks if anyone listens.
        heard: The only sender that matters to it; what others send may reach it, too.
    """

    __slots__ = ("counts_as_receiver", "heard", "observe")

    def __init__(
        self,
        observe: Callable[[AnySignal, Delivery], Delivery],
        *,
        counts_as_receiver: bool = True,
        heard: object = ANY,
    ) -> None:
        super().__init__()
        self.observe = observe
        self.counts_as_receiver = counts_as_receiver
        self.heard = heard  # type: ignore[misc]  # its own

    @property
    def is_audience(self) -> bool:  # type: ignore[override]  # it depends
        return self.counts_as_receiver


class Stepped(Block):
    """A step is taken around the receivers of each send.

    Args:
        step: Called with the signal, the sender and the payload; returns a context manager.
    """

    __slots__ = ("step",)
    is_audience = True

    def __init__(self, step: Callable[[AnySignal, Any, Any], AbstractContextManager[object]]) -> None:
        super().__init__()
        self.holders = ()  # it is declared for good, wherever that happens
        self.step = step


class SendQueue(Protocol):
    """Where sends wait for the end of a block."""

    def check(self, method: str) -> None:
        """Raise an error if it cannot keep what is sent by this method."""

    def keep(self, delivery: Delivery, method: str, wrapper: Wrapper | None) -> None:
        """Keep a send."""

    def take_over(self, sends: list[HeldSend]) -> None:
        """Keep what another queue has kept."""


class Holding(Block):
    """What the thread or task that opens the block sends goes to a queue; what those that it starts send does not.

    Args:
        queue: The queue. The block, which tables refer to, refers to it weakly: what it holds may lead to the code
            that opened the block, which must not be kept alive by that.
    """

    __slots__ = ("_queue", "_strand")
    is_audience = True

    def __init__(self, queue: SendQueue) -> None:
        super().__init__()
        self.holders = ()  # the strand is narrower than any context
        self._queue = ref(queue)
        self._strand = Strand()

    @property
    def queue(self) -> SendQueue | None:
        """What keeps the sends."""
        return self._queue()

    def holds_here(self) -> bool:
        return self.is_open and self._strand.is_running()


def queues_among(blocks: Iterable[Block]) -> tuple[SendQueue, ...]:
    """Return the queues of those blocks that have one, in the order of the blocks."""
    queues = [block.queue for block in blocks if isinstance(block, Holding)]
    return tuple([queue for queue in queues if queue is not None])


@lasting
def opened(block: Block, tables: Iterable[ConnectionTable], *, is_global: bool = False) -> Iterator[None]:
    """Open a block on some tables. After it, they are as they were before, in whatever order blocks end.

    Args:
        block: The block, which was not open before.
        tables: The tables.
        is_global: Whether to open it on the tables of signals that are declared inside, too.
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
        # This alone ends the block, whatever interrupts the rest.
        block.is_open = False
        _take_away(block, tables)


def _open_here() -> tuple[Block, ...]:
    return tuple(block for block in _here.get() if block.is_open)


def _take_away(block: Block, tables: Iterable[ConnectionTable]) -> None:
    """Remove a block that has ended."""
    if block.holders:
        # Not by resetting a token: fixtures may end in a context other than the one that they began in.
        _here.set(tuple(other for other in _here.get() if other is not block))
    if block in _global:
        _global.pop(block, None)
        tables = map(table_of, all_signals())
    for table in tables:
        table.close(block)


def open_global_blocks(table: ConnectionTable) -> None:
    """Open the blocks on all signals on the table of a new signal, which is registered already."""
    # A list of a dictionary is made in one step, whatever other threads open or end meanwhile; a tuple is not.
    for block in list(_global):
        if block.is_open:
            table.open(block)
        if not block.is_open:
            # It ended in another thread before it was open here, or an interrupt kept it from being removed.
            table.close(block)
            _global.pop(block, None)
