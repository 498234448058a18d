"""Being connected to a signal of another library, for as long as anyone is connected to ours that it feeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._concurrency.serialised import lock
from .._connecting.references import ReceiverRef
from .._connecting.table import Announce, ConnectionTable, Scope

if TYPE_CHECKING:
    import blinker

    from .._connecting.blocks import Block
    from .._connecting.table import Judge
    from .._connecting.terms import Terms
    from .._connecting.watching import Watcher
    from .._signal import AnyReceiver, Signal


T = TypeVar("T")


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
        self._connected: list[AnyReceiver] | None = []
        """What is connected; None while that changes, and if an interrupt has kept a change from being completed."""
        self._turn: _Turn | None = None

    def follow(self, needs_await: Callable[[], bool | None]) -> None:
        """Be connected as is needed: not at all if ``needs_await`` gives None.

        Who finds another thread, or the code that a finalizer interrupted, at it, leaves it to that: it looks again
        when it is done. Waiting would be a deadlock if that waits for a lock that we hold.
        """
        while self._connected != self._wanted(needs_await):
            if not self._has_replaced(needs_await):
                return

    def _has_replaced(self, needs_await: Callable[[], bool | None]) -> bool:
        """Connect what is needed, unless somebody else is at it."""
        turn = _Turn(os.getpid())
        try:
            with lock:
                # One of another process was another thread's, when this process was forked.
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
        """Connect the new one first, so that sends of other threads find one of them, or at worst both.

        One may still miss it that Blinker is about to deliver, and has looked up for whom: it has no lock.
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
    """The right to change what is connected, for the time being; told apart by identity."""

    process: int


class FedTable(ConnectionTable):
    """A table of connections that has its signal be fed while there are any, or someone watches what is sent."""

    __slots__ = ("_awaited", "_feed", "_is_counted")

    def __init__(self, signal: Signal[Any, Any, Any], feed: Feed) -> None:
        super().__init__(signal)
        self._awaited: set[tuple[Hashable, Hashable]] = set()
        self._is_counted = True
        self._feed = feed

    def follow(self) -> None:
        """Let the feed know who there is to be called."""
        self._feed.follow(self._needs_await)

    def _then_follow(self, change: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Make a change, and follow it even if one of the two is interrupted."""
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
            return any(ref.terms.is_async for table in tables for ref in table._undisturbed(table._everything))
        return self._undisturbed(self._has_coroutines)

    def _has_coroutines(self) -> bool | None:
        if not self._is_counted:
            refs = self._everything()
            self._awaited = {(ref.receiver_id, ref.sender_id) for ref in refs if ref.terms.is_async}
            self._is_counted = True
        return bool(self._awaited) if self._buckets else None

    # Keeping count of coroutine functions spares looking through all connections at each change. A change that is
    # interrupted leaves them uncounted.

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
        known = self._entry(*key)  # another one may have taken its place
        if known is not None and known.terms.is_async:
            self._awaited.add(key)
        else:
            self._awaited.discard(key)

    # What changes connections, or opens blocks that may have their own

    def claim(self, ref: ReceiverRef) -> bool:
        return self._then_follow(super().claim, ref)

    def connect(self, receiver: AnyReceiver, sender: object, terms: Terms, *, weak: bool) -> None:
        self._then_follow(super().connect, receiver, sender, terms, weak=weak)

    def connected(
        self, receiver: AnyReceiver, sender: object, terms: Terms, announce: Announce | None
    ) -> Iterator[AnyReceiver]:
        try:
            yield from super().connected(receiver, sender, terms, announce)
        except BaseException:
            self.follow()
            raise

    def enter(self, scope: Scope) -> None:
        super().enter(scope)
        self.follow()

    def leave(self, scope: Scope) -> None:
        super().leave(scope)
        self.follow()

    def watch(self, watcher: Watcher, sender: object) -> ReceiverRef:
        return self._then_follow(super().watch, watcher, sender)

    def disconnect(self, receiver: AnyReceiver, sender: object) -> None:
        self._then_follow(super().disconnect, receiver, sender)

    def renew(self, judge: Judge) -> None:
        super().renew(judge)
        self.follow()

    def open(self, block: Block) -> None:
        self._then_follow(super().open, block)

    def close(self, block: Block) -> None:
        self._then_follow(super().close, block)
