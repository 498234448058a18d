"""Stay connected to a signal of another library while anyone is connected to our signal, which it feeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._concurrency.serialised import lock
from .._connecting.references import ReceiverRef
from .._connecting.table import Announce, ConnectionTable

if TYPE_CHECKING:
    import blinker

    from .._checking.terms import Terms
    from .._connecting.blocks import Block
    from .._connecting.kept import Kept
    from .._connecting.registry import SignalRef
    from .._connecting.table import Judge
    from .._connecting.temporary import Temporary
    from .._connecting.watching import Watcher
    from .._signal import AnyReceiver


T = TypeVar("T")


class Feed:
    """The connection of one of our signals to the Blinker signal that it is about.

    Args:
        source: The Blinker signal.
        plain: The function to connect if all our receivers are plain functions.
        awaiting: The coroutine function to connect if some of them are coroutine functions.
    """

    def __init__(self, source: blinker.Signal, plain: AnyReceiver, awaiting: AnyReceiver) -> None:
        self._source = source
        self._relays = {False: plain, True: awaiting}
        self._connected: list[AnyReceiver] | None = []
        """The relays that are connected; None while that changes, and after an interrupt of a change."""
        self._turn: _Turn | None = None

    def follow(self, needs_await: Callable[[], bool | None]) -> None:
        """Connect the relay that is needed: none if ``needs_await`` returns None.

        If another thread, or code that a finalizer interrupted, is changing what is connected, leave the change to that
        code, which looks again when it is done. Waiting for it could deadlock: it may wait for a lock that we hold.
        """
        while self._connected != self._wanted(needs_await):
            if not self._has_replaced(needs_await):
                return

    def _has_replaced(self, needs_await: Callable[[], bool | None]) -> bool:
        """Connect the relay that is needed, unless other code is changing what is connected."""
        turn = _Turn(os.getpid())
        try:
            with lock:
                # A turn of another process belonged to a thread of the parent of this forked process.
                if self._turn is None or self._turn.process != turn.process:
                    self._turn = turn
            if self._turn is turn:
                self._replace_by(self._wanted(needs_await))
            return self._turn is turn
        finally:
            if self._turn is turn:
                self._turn = None

    def _wanted(self, needs_await: Callable[[], bool | None]) -> list[AnyReceiver]:
        needs = needs_await()
        return [] if needs is None else [self._relays[needs]]

    def _replace_by(self, wanted: list[AnyReceiver]) -> None:
        """Connect the new relay first, so that sends of other threads find one of the relays, or at worst both.

        A send for which Blinker has looked up its receivers already may still miss the new one: Blinker has no lock.
        """
        known = list(self._relays.values()) if self._connected is None else self._connected
        former = [relay for relay in known if relay not in wanted]
        self._connected = None
        for relay in wanted:
            self._source.connect(relay, weak=False)
        for relay in former:
            self._source.disconnect(relay)
        self._connected = wanted


class _Turn(NamedTuple):
    """The right to change what is connected, for the time being; compared by identity."""

    process: int


class FedTable(ConnectionTable):
    """A table that has its signal fed while there are connections or watchers."""

    __slots__ = ("_coroutines", "_feed", "_is_counted")

    def __init__(self, signal: SignalRef, feed: Feed) -> None:
        super().__init__(signal)
        self._coroutines: set[tuple[Hashable, Hashable]] = set()
        self._is_counted = True
        self._feed = feed

    def follow(self) -> None:
        """Tell the feed what receivers there are now."""
        self._feed.follow(self._needs_await)

    def _then_follow(self, change: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Make a change and tell the feed, even if an interrupt strikes in between."""
        try:
            result = change(*arguments, **options)
            self.follow()
        except BaseException:
            self.follow()
            raise
        return result

    def _needs_await(self) -> bool | None:
        if self._still_open():
            tables = self._with_layers()
            return any(ref.terms.is_async for table in tables for ref in table.own())
        return self._undisturbed(self._has_coroutines)

    def _has_coroutines(self) -> bool | None:
        if not self._is_counted:
            refs = self._everything()
            self._coroutines = {(ref.receiver_id, ref.sender_id) for ref in refs if ref.terms.is_async}
            self._is_counted = True
        return bool(self._coroutines) if self._buckets else None

    # Keeping track of coroutine functions saves looking through all connections at each change. An interrupted change
    # leaves them uncounted.

    def _insert(self, ref: ReceiverRef, sender: object) -> None:
        is_counted, self._is_counted = self._is_counted, False
        super()._insert(ref, sender)
        self._recount(ref)
        self._is_counted = is_counted

    def _forget(self, ref: ReceiverRef) -> None:
        is_counted, self._is_counted = self._is_counted, False
        super()._forget(ref)
        self._recount(ref)
        self._is_counted = is_counted

    def _recount(self, ref: ReceiverRef) -> None:
        key = ref.receiver_id, ref.sender_id
        known = self._entry(*key)  # another entry may have replaced it
        if known is not None and known.terms.is_async:
            self._coroutines.add(key)
        else:
            self._coroutines.discard(key)

    # What changes connections, or opens blocks that may have their own

    def claim(self, ref: ReceiverRef) -> bool:
        return self._then_follow(super().claim, ref)

    def connect(
        self,
        receiver: AnyReceiver,
        sender: object,
        terms: Terms,
        *,
        weak: bool,
        key: str | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._then_follow(super().connect, receiver, sender, terms, weak=weak, key=key, kept=kept)

    def connected(
        self, receiver: AnyReceiver, sender: object, terms: Terms, announce: Announce | None, *, key: str | None = None
    ) -> Iterator[AnyReceiver]:
        try:
            yield from super().connected(receiver, sender, terms, announce, key=key)
        except BaseException:
            self.follow()
            raise

    def enter(self, temporary: Temporary) -> None:
        super().enter(temporary)
        self.follow()

    def leave(self, temporary: Temporary) -> None:
        super().leave(temporary)
        self.follow()

    def watch(self, watcher: Watcher, sender: object) -> ReceiverRef:
        return self._then_follow(super().watch, watcher, sender)

    def disconnect(self, receiver: AnyReceiver, sender: object) -> bool:
        return self._then_follow(super().disconnect, receiver, sender)

    def disconnect_key(self, key: str, sender: object) -> list[tuple[ReceiverRef, object]]:
        return self._then_follow(super().disconnect_key, key, sender)

    def disconnect_all(self) -> list[tuple[ReceiverRef, object]]:
        return self._then_follow(super().disconnect_all)

    def renew(self, judge: Judge) -> None:
        super().renew(judge)
        self.follow()

    def open(self, block: Block) -> None:
        self._then_follow(super().open, block)

    def close(self, block: Block) -> None:
        self._then_follow(super().close, block)
