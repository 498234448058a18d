"""Watching what a signal sends, without being one of its receivers: what waiting tasks, threads and streams do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from .._concurrency.interrupts import lasting
from .._identity import ANY
from .terms import Shape, Terms

if TYPE_CHECKING:
    from .._concurrency.event_loop import EventLoop
    from .._signal import Signal
    from .references import ReceiverRef
    from .table import ConnectionTable

See = Callable[[Any, Any], None]
"""Takes a sender and a payload; for a signal without one, a dictionary of the keywords."""

WATCHING: Final = Terms(as_payload=True, is_async=False, shape=Shape(), label="a watcher", code=None)
"""The terms that tell a watcher's entry in a table of connections from those of receivers."""


class Watcher:
    """Somebody who watches what a signal sends.

    The table refers to it weakly, so that it goes with the code that watches, however that ends. A task may have
    nothing that refers to it but what it waits for: its event loop keeps the watcher, and with it the task.

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
        """See what is sent."""
        if self.is_watching():
            self._see(sender, payload)

    def is_watching(self) -> bool:
        """Whether it can still see anything: not if its event loop is closed, so that who watches can never go on."""
        if self.is_over():
            self.end()
            return False
        return True

    def end(self) -> None:
        """See nothing any more."""
        self.is_over = always
        if self._kept is not None:
            self._kept.discard(self)
        if self._entry is not None:
            self._table.claim(self._entry)


_watchers: WeakSet[Watcher] = WeakSet()


@lasting
def watching(
    signal: Signal[Any, Any, Any],
    table: ConnectionTable,
    see: See,
    sender: object,
    loop: EventLoop | None,
    *,
    others: bool = False,
) -> Iterator[None]:
    """Watch what a signal sends, for the length of a block.

    Args:
        signal: The signal.
        table: Its connections.
        see: As for `Watcher`.
        sender: The sender to wait for; `ANY` for any.
        loop: As for `Watcher`.
        others: Whether to see what other senders send, too.
    """
    watcher = Watcher(table, see if signal.payload_type else _with_own_keywords(see), loop)
    try:
        watcher.begin(ANY if others else sender)
        signal._announce_waiting("waiting_started", sender)
        yield
    finally:
        # This alone ends it, whatever interrupts the rest.
        watcher.is_over = always
        watcher.end()
        signal._announce_waiting("waiting_ended", sender)


def _never() -> bool:
    return False


def always() -> bool:
    return True


def _with_own_keywords(see: See) -> See:
    """Let what is seen be a dictionary of its own: receivers are yet to get theirs."""
    return lambda sender, fields: see(sender, dict(fields))


def tell(watchers: Iterable[ReceiverRef], sender: object, payload: object) -> None:
    """Let those who watch see what is sent."""
    for ref in watchers:
        watcher = ref()
        if watcher is not None and ref.live:
            watcher.take(sender, payload)


def anyone_watches(entries: Iterable[ReceiverRef]) -> bool:
    """Whether there is a watcher among the entries that can still see anything."""
    for ref in entries:
        watcher = ref() if ref.terms is WATCHING else None
        if watcher is not None and ref.live and watcher.is_watching():
            return True
    return False


def _end_those_of_the_parent() -> None:
    """Forget, in a forked child, who watched in threads that it has not, and in event loops: those go on in the parent.

    To wake a task of theirs would disturb the parent, or wait for a lock that a thread of its holds.
    """
    for watcher in tuple(_watchers):
        if watcher.thread != get_ident():
            watcher.end()


if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    os.register_at_fork(after_in_child=_end_those_of_the_parent)
