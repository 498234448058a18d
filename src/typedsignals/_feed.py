"""Being connected to a signal of another library, for as long as anyone is connected to ours that it feeds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from ._connections import ConnectionTable, Scope
from ._references import ReceiverRef

if TYPE_CHECKING:
    import blinker

    from ._blocks import Block
    from ._connections import Judge
    from ._signal import AnyReceiver, Signal
    from ._signature import Terms
    from ._watching import Watcher


class Feed:
    """The connection of one of our signals to the Blinker signal that it is about.

    Args:
        source: The Blinker signal.
        plain: What it calls if all our receivers are plain functions.
        awaiting: What it awaits, or gives to the ``_async_wrapper``, if some are coroutine functions.
    """

    def __init__(self, source: blinker.Signal, plain: AnyReceiver, awaiting: AnyReceiver) -> None:
        self._source = source
        self._relays = {False: plain, True: awaiting}
        self._connected: AnyReceiver | None = None
        self._busy = threading.Lock()

    def follow(self, needs_await: Callable[[], bool | None]) -> None:
        """Be connected as is needed: not at all if ``needs_await`` gives None.

        Who finds another thread, or the code that a finalizer interrupted, at it, leaves it to that: it looks again
        when it is done. Waiting would be a deadlock if that waits for a lock that we hold.
        """
        while self._connected is not self._wanted(needs_await):
            if not self._busy.acquire(blocking=False):
                return
            try:
                self._replace_by(self._wanted(needs_await))
            finally:
                self._busy.release()

    def _wanted(self, needs_await: Callable[[], bool | None]) -> AnyReceiver | None:
        needs = needs_await()
        return None if needs is None else self._relays[needs]

    def _replace_by(self, wanted: AnyReceiver | None) -> None:
        """Connect the new one first, so that sends of other threads find one of them, or at worst both.

        One may still miss it that Blinker is about to deliver, and has looked up for whom: it has no lock.
        """
        if wanted is not None:
            self._source.connect(wanted, weak=False)
        former, self._connected = self._connected, wanted
        if former not in (None, wanted):  # the same one, if another thread was faster
            self._source.disconnect(former)


class FedTable(ConnectionTable):
    """A table of connections that has its signal be fed while there are any, or someone watches what is sent."""

    __slots__ = ("_awaited", "_feed")

    def __init__(self, signal: Signal[Any, Any, Any], feed: Feed) -> None:
        super().__init__(signal)
        self._awaited: set[tuple[Hashable, Hashable]] = set()
        self._feed = feed

    def follow(self) -> None:
        """Let the feed know who there is to be called."""
        self._feed.follow(self._needs_await)

    def _needs_await(self) -> bool | None:
        if self._blocks:
            tables = self._with_layers()
            return any(ref.terms.is_async for table in tables for ref in table._undisturbed(table._everything))
        return self._undisturbed(lambda: bool(self._awaited) if self._buckets else None)

    # Keeping count of coroutine functions spares looking through all connections at each change.

    def _insert(self, ref: ReceiverRef, sender: object) -> None:
        super()._insert(ref, sender)
        self._recount(ref)

    def _forget(self, ref: ReceiverRef) -> None:
        super()._forget(ref)
        self._recount(ref)

    def _recount(self, ref: ReceiverRef) -> None:
        key = ref.receiver_id, ref.sender_id
        known = self._entry(*key)  # another one may have taken its place
        if known is not None and known.terms.is_async:
            self._awaited.add(key)
        else:
            self._awaited.discard(key)

    # What changes connections, or opens blocks that may have their own

    def claim(self, ref: ReceiverRef) -> bool:
        claimed = super().claim(ref)
        self.follow()
        return claimed

    def connect(self, receiver: AnyReceiver, sender: object, terms: Terms, *, weak: bool) -> None:
        super().connect(receiver, sender, terms, weak=weak)
        self.follow()

    def enter(self, scope: Scope) -> None:
        super().enter(scope)
        self.follow()

    def watch(self, watcher: Watcher, sender: object) -> ReceiverRef:
        entry = super().watch(watcher, sender)
        self.follow()
        return entry

    def leave(self, scope: Scope) -> None:
        super().leave(scope)
        self.follow()

    def disconnect(self, receiver: AnyReceiver, sender: object) -> None:
        super().disconnect(receiver, sender)
        self.follow()

    def renew(self, judge: Judge) -> None:
        super().renew(judge)
        self.follow()

    def open(self, block: Block) -> None:
        super().open(block)
        self.follow()

    def close(self, block: Block) -> None:
        super().close(block)
        self.follow()
