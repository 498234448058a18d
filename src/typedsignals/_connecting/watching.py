"""Watch what a signal sends without being one of its receivers, as waiting tasks, threads and streams do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from .._checking.terms import Shape, Terms
from .._concurrency.interrupts import lasting
from .._identity import ANY

if TYPE_CHECKING:
    from .._concurrency.event_loop import EventLoop
    from .._signal import AnySignal
    from .references import ReceiverRef
    from .table import ConnectionTable

See = Callable[[Any, Any], None]
"""Takes a sender and a payload or, for a signal without one, a dictionary of the keywords."""

WATCHING: Final = Terms(as_payload=True, is_async=False, shape=Shape(), label="a watcher", code=None)
"""The terms of each watcher's entry, which set it apart from those of receivers."""


class Watcher:
    """Watches what a signal sends, for a task, a thread or a stream.

    The table refers to it weakly, so that it goes with the code that watches, however that ends. A task may be referred
    to only by what it waits for, so its event loop keeps the watcher, and the watcher keeps the task.

    Args:
        table: The connections of the signal.
        see: Called with what is sent, in the thread that sends, before any receiver is.
        loop: The event loop that the code runs in; None if it is a thread of its own.

    Attributes:
        thread: That thread.
    """

    __slots__ = ("__weakref__", "_entry", "_kept", "_see", "_table", "is_over", "thread")

    def __init__(self, table: ConnectionTable, see: See, loop: EventLoop | None) -> None:
        self._table = table
        self._see = see
        self._kept = None if loop is None else loop.kept
        self.is_over = _never if loop is None else loop.is_closed
        self._entry: ReceiverRef | None = None
        self.thread = get_ident() if loop is None else None

    def begin(self, sender: object) -> None:
        """Watch what a sender sends; all of them for `ANY`."""
        _watchers.add(self)
        if self._kept is not None:
            self._kept.add(self)
        self._entry = self._table.watch(self, sender)

    def take(self, sender: Any, payload: Any) -> None:
        """See what is sent, if it can still see anything."""
        if self.is_watching():
            self._see(sender, payload)

    def is_watching(self) -> bool:
        """Whether it can still see anything. It cannot once its event loop is closed, as its task can never go on."""
        if self.is_over():
            self.end()
            return False
        return True

    def end(self) -> None:
        """Stop watching."""
        self.is_over = always
        if self._kept is not None:
            self._kept.discard(self)
        if self._entry is not None:
            self._table.claim(self._entry)


_watchers: WeakSet[Watcher] = WeakSet()


@lasting
def watching(
    signal: AnySignal, table: ConnectionTable, see: See, sender: object, loop: EventLoop | None, *, others: bool = False
) -> Iterator[None]:
    """Watch what a signal sends, for the length of a block.

    Args:
        signal: The signal.
        table: Its connections.
        see: As for `Watcher`.
        sender: The sender to wait for; `ANY` for any.
        loop: As for `Watcher`.
        others: Whether to see what other senders send as well.
    """
    watcher = Watcher(table, see if signal.payload_type else _with_own_keywords(see), loop)
    try:
        watcher.begin(ANY if others else sender)
        signal._announce_waiting("waiting_started", sender)
        yield
    finally:
        # This alone ends the watch, whatever interrupts the rest.
        watcher.is_over = always
        watcher.end()
        signal._announce_waiting("waiting_ended", sender)


def _never() -> bool:
    return False


def always() -> bool:
    return True


def _with_own_keywords(see: See) -> See:
    """Pass on a copy of the keywords, as receivers get the original afterwards."""
    return lambda sender, fields: see(sender, dict(fields))


def tell(watchers: Iterable[ReceiverRef], sender: object, payload: object) -> None:
    """Show watchers what is sent."""
    for ref in watchers:
        watcher = ref()
        if watcher is not None and ref.is_connected:
            watcher.take(sender, payload)


def anyone_watches(entries: Iterable[ReceiverRef]) -> bool:
    """Whether a watcher among the entries can still see anything."""
    for ref in entries:
        watcher = ref() if ref.terms is WATCHING else None
        if watcher is not None and ref.is_connected and watcher.is_watching():
            return True
    return False


def _end_those_of_the_parent() -> None:
    """End, in a forked child, the watchers of event loops and of threads that only the parent has.

    Waking one of their tasks would disturb the parent, or wait for a lock that a thread of the parent holds.
    """
    for watcher in tuple(_watchers):
        if watcher.thread != get_ident():
            watcher.end()


if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    os.register_at_fork(after_in_child=_end_those_of_the_parent)
