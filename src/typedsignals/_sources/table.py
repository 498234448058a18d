"""The table of a signal that is fed: whatever changes it, the feed follows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from .._connecting.references import ReceiverRef, reference_to_sender
from .._connecting.table import ConnectionTable
from .._identity import ANY, ANY_ID, sender_id
from .feed import Feed, InletKey, Wanted

if TYPE_CHECKING:
    from .._connecting.registry import SignalRef
    from .source import Options

T = TypeVar("T")


class FollowedTable(ConnectionTable, ABC):
    """A table that counts its coroutine functions, and tells of each change."""

    __slots__ = ("_coroutines", "_is_counted")

    def __init__(self, signal: SignalRef) -> None:
        super().__init__(signal)
        self._coroutines: dict[Hashable, set[Hashable]] = {}
        self._is_counted = True

    @abstractmethod
    def follow(self) -> None:
        """Tell the feed what receivers there are now."""

    # All changes take one of these two ways

    def _change(self, operation: Callable[..., T], *arguments: Any) -> T | None:
        return self._then_follow(super()._change, operation, *arguments)

    def _apply(self) -> None:
        self._then_follow(super()._apply)

    def _then_follow(self, change: Callable[..., T], *arguments: Any) -> T:
        """Make a change and tell the feed, even if an exception interrupts one of the two."""
        try:
            result = change(*arguments)
            self.follow()
        except BaseException:
            with suppress(Exception):  # the first one is raised
                self.follow()
            raise
        return result

    # Keeping track of coroutine functions saves looking through all connections at each change. An interrupted change
    # leaves them uncounted.

    def kinds(self) -> dict[InletKey, object]:
        """Return which kinds of receivers there are for which senders."""
        return self._undisturbed(self._kinds)

    def _kinds(self) -> dict[InletKey, object]:
        if not self._is_counted:
            self._count(self._everything())
        kinds: dict[InletKey, object] = {}
        for key, bucket in self._buckets.items():
            holder = ANY if key == ANY_ID else self._senders.get(key)
            coroutines = len(self._coroutines.get(key, ()))
            if coroutines:
                kinds[True, key] = holder
            if len(bucket) > coroutines:
                kinds[False, key] = holder
        return kinds

    def _count(self, refs: Iterable[ReceiverRef]) -> None:
        self._coroutines = {}
        for ref in refs:
            if ref.terms.is_async:
                self._coroutines.setdefault(ref.sender_id, set()).add(ref.receiver_id)
        self._is_counted = True

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
        known = self._entry(ref.receiver_id, ref.sender_id)  # another entry may have replaced it
        if known is not None and known.terms.is_async:
            self._coroutines.setdefault(ref.sender_id, set()).add(ref.receiver_id)
        elif ref.sender_id in self._coroutines:
            self._coroutines[ref.sender_id].discard(ref.receiver_id)
            if not self._coroutines[ref.sender_id]:
                del self._coroutines[ref.sender_id]


class FedTable(FollowedTable):
    """The table of a signal that is fed."""

    __slots__ = ("_feed", "_options")

    def __init__(self, signal: SignalRef, feed: Feed, options: Options) -> None:
        super().__init__(signal)
        self._feed = feed
        self._options = options

    def follow(self) -> None:
        self._feed.follow(self._wanted)

    def calls_both(self, sender: object) -> bool:
        """Whether the owner calls us twice for each send by this sender."""
        return self._feed.calls_both(sender)

    def new_layer(self) -> FollowedTable:
        return _Layer(self._signal, self)

    def _wanted(self) -> Wanted:
        kinds: dict[InletKey, object] = {}
        blocks = self._still_open()
        for sender in [block.heard for block in blocks if block.is_audience]:
            key = sender_id(sender)
            kinds[False, key] = ANY if key == ANY_ID else reference_to_sender(sender, key, self)
        layers = (block.layer(self) for block in blocks)
        for table in (self, *filter(None, layers)):
            kinds = {**table.kinds(), **kinds}  # type: ignore[attr-defined]  # as `new_layer` makes them
        return self._reduced(kinds)

    def _reduced(self, kinds: Wanted) -> Wanted:
        """Leave out inlets that others replace, by what the owner can do."""
        if not self._options.by_sender:
            kinds = {(is_async, ANY_ID): ANY for is_async, _ in kinds}
        if self._options.calls == "either" and any(is_async for is_async, _ in kinds):
            kinds = {(True, key): holder for (_, key), holder in kinds.items()}
        return {
            (is_async, key): holder
            for (is_async, key), holder in kinds.items()
            if key == ANY_ID or (is_async, ANY_ID) not in kinds
        }


class _Layer(FollowedTable):
    """The table that replaces that of a signal that is fed, for the length of a block."""

    __slots__ = ("_outer",)

    def __init__(self, signal: SignalRef, outer: FedTable) -> None:
        super().__init__(signal)
        self._outer = outer

    def follow(self) -> None:
        self._outer.follow()
