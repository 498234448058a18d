"""The entries of a table of connections: who is connected to which sender, in which order, and until when.

Changes pay, so that sends need not: a change drops the snapshots that it makes stale, and the next send builds a new
one.

Python may reuse an id as soon as its object is gone, so that entries are removed before their keys can be reused.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Hashable
from functools import partial
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .._concurrency.serialised import Changes
from .._identity import ANY, ANY_ID, callable_id, sender_id, without_staticmethod
from .kept import reference_to_kept
from .keys import Key
from .references import ReceiverRef, SenderRef, reference_to, reference_to_sender
from .snapshot import Snapshot
from .unheld import warn_of_loss, weak_receiver_error
from .watching import WATCHING

if TYPE_CHECKING:
    from .._checking.terms import Terms
    from .kept import Kept
    from .registry import SignalRef


class Entries(Changes):
    """The connections of one signal and its watchers; part of `ConnectionTable`.

    Attributes:
        common: The snapshot for every sender. None if some connection is for one sender, a block is open, or the
            snapshot is stale.
    """

    __slots__ = (
        "_buckets",
        "_senders",
        "_senders_of",
        "_signal",
        "_snapshots",
        "common",
    )

    def __init__(self, signal: SignalRef) -> None:
        super().__init__()
        self._signal = signal
        self.common: Snapshot | None = None
        self._buckets: dict[Hashable, dict[Hashable, ReceiverRef]] = {}
        self._senders: dict[Hashable, Any] = {}
        self._senders_of: dict[Hashable, set[Hashable]] = {}
        self._snapshots: dict[Hashable, Snapshot | None] = {}

    def _new_ref(
        self,
        receiver: Any,
        sender: object,
        terms: Terms,
        *,
        weak: bool,
        key: str | None = None,
        kept: Kept | None = None,
    ) -> ReceiverRef:
        if type(receiver) is staticmethod:
            receiver = without_staticmethod(receiver)
        try:
            ref = reference_to(receiver, self) if kept is None else reference_to_kept(receiver, kept, self)
        except TypeError as error:
            if weak:
                raise weak_receiver_error(receiver, terms, self._signal()) from error
            # The entry will hold the receiver strongly, so its referent is never used: any lasting object will do.
            ref = ReceiverRef(ReceiverRef)
            ref.function = None
        ref.strong = None if weak else receiver
        ref.is_connected = True
        ref.reached = False
        ref.terms = terms
        ref.order = next_order()
        ref.receiver_id = callable_id(receiver) if key is None else Key.of(key, callable_id(receiver))
        ref.sender_id = ANY_ID if sender is ANY else sender_id(sender)
        return ref

    # Changes, which `Changes` applies one after the other

    def _insert(self, ref: ReceiverRef, sender: object) -> None:  # noqa: C901 - a call would break up the one step
        key, receiver_key = ref.sender_id, ref.receiver_id
        is_for_one = key != ANY_ID
        if is_for_one:
            holder = self._holder(sender, key)
            keys = self._senders_of.get(receiver_key) or set()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = {}
        known = bucket.get(receiver_key)
        if known is not None and known.is_gone:
            known = None
        is_the_same = known is not None and known.stands_for(ref)
        stale = self._snapshots
        # From here on nothing is called, so that no interrupt can strike: it is one step.
        self.common = None
        if is_for_one:
            self._snapshots[key] = None
        elif self._snapshots:
            self._snapshots = {}
        if known is not None and is_the_same:
            known.strong, known.terms = ref.strong, ref.terms
        else:
            if known is not None:
                # Sends that are under way do not know the new one, and must not call the former any more.
                known.is_connected = False
                ref.order = known.order
            bucket[receiver_key] = ref
            self._buckets[key] = bucket
            if is_for_one:
                keys |= {key}
                self._senders_of[receiver_key] = keys
                self._senders[key] = holder
        if stale is not self._snapshots:
            stale.clear()

    def _holder(self, sender: object, key: Hashable) -> object:
        """Make a reference that notices the sender's death; if none can, return the sender itself, to keep it alive."""
        if key in self._senders:
            known = self._senders[key]
            if not isinstance(known, SenderRef) or known() is not None:
                return known
            # Its death went unnoticed, and another object now has its id.
            self._forget_sender(known)
        return reference_to_sender(sender, key, self)

    def _remove(self, receiver_key: Hashable, sender_key: Hashable) -> bool:
        """Remove an entry, or all those of the receiver, and return whether there was one."""
        found = False
        if sender_key == ANY_ID and receiver_key in self._senders_of:
            for key in tuple(self._senders_of[receiver_key]):
                found |= self._remove(receiver_key, key)
        bucket = self._buckets.get(sender_key)
        ref = None if bucket is None else bucket.get(receiver_key)
        if ref is not None:
            found |= ref.is_connected and ref() is not None
            self._forget(ref)
        return found

    def _remove_all(self) -> None:
        for ref in connections_among(self._everything()):
            self._forget(ref)

    def _forget(self, ref: ReceiverRef) -> None:
        sender_key, receiver_key = ref.sender_id, ref.receiver_id
        is_for_one = sender_key != ANY_ID
        bucket = self._buckets.get(sender_key)
        if bucket is None or bucket.get(receiver_key) is not ref:
            ref.is_connected = False
            return
        if is_for_one:
            keys = self._senders_of[receiver_key]
            self._snapshots.pop(sender_key, None)
        # From here on nothing is called, so that no interrupt can strike: it is one step.
        ref.is_connected = False
        self.common = None
        del bucket[receiver_key]
        if not bucket:
            del self._buckets[sender_key]
            if is_for_one:
                del self._senders[sender_key]
        if is_for_one:
            keys -= {sender_key}
            if not keys:
                del self._senders_of[receiver_key]
        if self._snapshots and not (is_for_one and self._senders):
            stale, self._snapshots = self._snapshots, {}
            # Guards of senders may still refer to it, and it to receivers.
            stale.clear()

    def _forget_sender(self, sender: SenderRef) -> None:
        if self._senders.get(sender.sender_id) is sender:
            for ref in tuple(self._buckets[sender.sender_id].values()):
                self._forget(ref)

    # Deaths: this callback may run at any point of any thread, and must not wait for the lock

    def __call__(self, ref: ReceiverRef | SenderRef) -> None:
        """Remove the entries of a receiver or a sender that has died.

        The table itself is the callback of its references: bound methods of it would take up memory in each table.
        """
        if sys.is_finalizing():  # pragma: no cover - coverage is no longer measured then
            return
        if isinstance(ref, SenderRef):
            self._pending.append((self._forget_sender, (ref,)))
            self._settle_if_free()
            return
        lost = ref.is_connected and not ref.reached and not ref.is_of_a_method
        self._pending.append((self._forget, (ref,)))
        self._settle_if_free()
        signal = self._signal()
        # If the signal is gone as well, nobody misses the receiver.
        if lost and signal is not None:
            warn_of_loss(ref.terms, signal)

    # Looking, while nothing changes

    def _entry(self, receiver_key: Hashable, sender_key: Hashable) -> ReceiverRef | None:
        ref = self._buckets.get(sender_key, {}).get(receiver_key)
        return None if ref is None or ref.is_gone or self._outlives_its_sender(sender_key) else ref

    def _with_sender(self, receiver_key: Hashable, sender_key: Hashable) -> list[tuple[ReceiverRef, object]]:
        """List the connection to a sender, or those to all of them, with their senders."""
        keys = (ANY_ID, *self._senders_of.get(receiver_key, ())) if sender_key == ANY_ID else (sender_key,)
        refs = [self._entry(receiver_key, key) for key in keys]
        return [(ref, self._sender_of(ref)) for ref in refs if ref is not None]

    def _all_with_senders(self) -> list[tuple[ReceiverRef, object]]:
        return [(ref, self._sender_of(ref)) for ref in connections_among(self._everything())]

    def _sender_of(self, ref: ReceiverRef) -> object:
        if ref.sender_id == ANY_ID:
            return ANY
        sender = self._senders.get(ref.sender_id)
        return sender.sender() if isinstance(sender, SenderRef) else sender

    def _everything(self) -> list[ReceiverRef]:
        buckets = [bucket for key, bucket in self._buckets.items() if not self._outlives_its_sender(key)]
        return _ordered(self._without_gone([ref for bucket in buckets for ref in bucket.values()]))

    def _reached(self, key: Hashable) -> list[ReceiverRef]:
        refs = [*self._buckets.get(ANY_ID, {}).values()]
        if key == ANY_ID or key not in self._buckets or self._outlives_its_sender(key):
            return _ordered(self._without_gone(refs))
        refs += self._buckets[key].values()
        # A receiver that is connected to both the sender and ANY is called once, at the earlier of its positions.
        first: dict[Hashable, ReceiverRef] = {}
        for ref in _ordered(self._without_gone(refs)):
            first.setdefault(ref.receiver_id, ref)
        return [*first.values()]

    def _without_gone(self, refs: list[ReceiverRef]) -> list[ReceiverRef]:
        """Leave out entries whose end went unnoticed because of an interrupt, and have them removed."""
        for ref in refs:
            if not ref.is_connected or ref() is None:
                self._pending += [(self._forget, (ref,)) for ref in refs if ref.is_gone]
                return [ref for ref in refs if not ref.is_gone]
        return refs

    def _outlives_its_sender(self, key: Hashable) -> bool:
        """Whether a sender's death went unnoticed because of an interrupt. If so, have its entries removed."""
        holder = self._senders.get(key)
        if not isinstance(holder, SenderRef) or holder() is not None:
            return False
        self._pending.append((self._forget_sender, (holder,)))
        return True

    def _keep(self, key: Hashable, snapshot: Snapshot) -> None:
        """Keep a snapshot until the next change, or the death of its sender."""
        snapshots, holder = self._snapshots, self._senders.get(key)
        if isinstance(holder, SenderRef) and (sender := holder()) is not None:
            # Written in C alone, so that no interrupt strikes: the id may be reused at once.
            holder.guard = weakref.ref(sender, partial(snapshots.pop, key))
        snapshots[key] = snapshot
        if not self._senders:
            self.common = snapshot


def connections_among(entries: list[ReceiverRef]) -> list[ReceiverRef]:
    """Leave out the entries of watchers."""
    return [entry for entry in entries if entry.terms is not WATCHING]


_numbers = count()


def next_order() -> int:
    """Return a number that is higher than the orders of all earlier connections, of all signals."""
    return next(_numbers)


_order = attrgetter("order")
_priority = attrgetter("terms.priority")


def _ordered(refs: list[ReceiverRef]) -> list[ReceiverRef]:
    if len(refs) > 1:
        refs.sort(key=_order)
        if any(terms.priority for terms in {ref.terms for ref in refs}):
            refs.sort(key=_priority, reverse=True)
    return refs
