"""The connections of one signal: what sends ask for, what changes them, and the blocks that are open on them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from .._concurrency.serialised import lock
from .._identity import ANY, ANY_ID, callable_id, likely_sender_id, sender_id
from .blocks import Block, Observed, SendQueue, Stepped, queues_among
from .entries import connections_among
from .references import Receiver, ReceiverRef
from .snapshot import NOBODY, AccompaniedSnapshot, Followers, HeldSnapshot, Snapshot
from .temporary import EntriesWithTemporary, Temporary
from .watching import WATCHING, anyone_watches

if TYPE_CHECKING:
    from .._checking.terms import Terms
    from .kept import Kept
    from .registry import SignalRef
    from .watching import Watcher

Judge = Callable[[Receiver, object, "Terms"], "Terms | None"]
"""Takes a receiver, its sender and its terms; returns the terms on which it may stay connected, or None."""

Announce = Callable[[Receiver, object, bool], None]
"""Takes a receiver, its sender, and whether it is held weakly."""


class ConnectionTable(EntriesWithTemporary):
    """All connections of one signal."""

    __slots__ = ("_blocks",)

    def __init__(self, signal: SignalRef) -> None:
        super().__init__(signal)
        self._blocks: tuple[Block, ...] = ()
        self._temporary = {}

    # What sends ask

    def find(self, sender: object) -> Snapshot:
        """Find the connections that a send from this sender reaches."""
        key: Hashable = ANY_ID
        if self._senders:
            key = likely_sender_id(sender)
            if key not in self._buckets:
                key = callable_id(sender) if callable(sender) else ANY_ID
                if key not in self._buckets:
                    key = ANY_ID
        snapshot = self._snapshots.get(key)
        return self._refresh(key, sender) if snapshot is None else snapshot

    def claim(self, ref: ReceiverRef) -> bool:
        """Disconnect a receiver that is called once, and return whether the caller may call it: only the first may."""
        with lock:
            claimed, ref.is_connected = ref.is_connected, False
        for table in self._with_layers():
            table._change(table._forget, ref)
        return claimed

    # What changes connections

    def connect(
        self,
        receiver: Receiver,
        sender: object,
        terms: Terms,
        *,
        weak: bool,
        key: str | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Connect the receiver, or replace its connection to the same sender, or that of the same name.

        Args:
            receiver: The receiver.
            sender: Its sender.
            terms: Its terms.
            weak: Whether not to keep it alive.
            key: The name of the connection.
            kept: Where to keep it alive.

        Raises:
            WeakReceiverError: The receiver cannot be held weakly, although ``weak`` asks for it.
        """
        table = self._layer() if self._blocks else self
        table._change(table._insert, table._new_ref(receiver, sender, terms, weak=weak, key=key, kept=kept), sender)

    def connected(
        self, receiver: Receiver, sender: object, terms: Terms, announce: Announce | None, *, key: str | None = None
    ) -> Iterator[Receiver]:
        """Connect the receiver for a block, and keep it alive. Afterwards, restore what was there before.

        Args:
            receiver: The receiver, which the generator yields.
            sender: Its sender.
            terms: Its terms.
            announce: Called when it is connected.
            key: The name of the connection.
        """
        table = self._layer() if self._blocks else self
        temporary = Temporary(table, table._new_ref(receiver, sender, terms, weak=False, key=key), sender)
        sender_key = temporary.ref.sender_id
        try:
            table._change(table._enter, temporary)
            if announce is not None:
                announce(receiver, sender, False)
            yield receiver
        finally:
            # After this one step, no later send reaches it, whatever interrupts the rest.
            table._pending += ((table._leave, (temporary,)),)
            if sender_key == ANY_ID:
                stale, table.common, table._snapshots = table._snapshots, None, {}
                stale.clear()
            else:
                table._snapshots[sender_key] = None
            table._apply()

    def disconnect(self, receiver: Receiver, sender: object) -> bool:
        """Disconnect the receiver from a sender, or from all senders for `ANY`; return whether it was connected."""
        table = self._layer() if self._blocks else self
        receiver_key, sender_key = callable_id(receiver), ANY_ID if sender is ANY else sender_id(sender)
        if sender_key == ANY_ID and receiver_key in table._senders_of:
            return bool(table._end(table._with_sender, table._remove, receiver_key, sender_key))
        found = table._change(table._remove, receiver_key, sender_key)
        if found is None:
            # It will be done by the code that this finalizer interrupts; until then, the connection is there to see.
            return bool(table._undisturbed(table._with_sender, receiver_key, sender_key))
        return found

    def disconnect_key(self, key: str, sender: object) -> list[tuple[ReceiverRef, object]]:
        """End the connection of this name to a sender, or those to all for `ANY`; return them and their senders."""
        table = self._layer()
        return table._end(table._with_sender, table._remove, key, sender_id(sender))

    def disconnect_all(self) -> list[tuple[ReceiverRef, object]]:
        """Disconnect all receivers from all senders; return the former connections and their senders."""
        table = self._layer()
        return table._end(table._all_with_senders, table._remove_all)

    def _end(
        self,
        find: Callable[..., list[tuple[ReceiverRef, object]]],
        operation: Callable[..., object],
        *arguments: Hashable,
    ) -> list[tuple[ReceiverRef, object]]:
        """Find connections, and end them: all, even if an interrupt strikes in between."""
        with lock:
            found = self._undisturbed(find, *arguments)
            self._pending += ((operation, arguments),)
            stale, self.common, self._snapshots = self._snapshots, None, {}
            stale.clear()
        self._apply()
        return found

    def watch(self, watcher: Watcher, sender: object) -> ReceiverRef:
        """Let a watcher see what a sender sends, until the entry returned is claimed or the watcher is gone."""
        table = self._layer()
        entry = table._new_ref(watcher, sender, WATCHING, weak=True)
        entry.reached = True  # so that its death gives no warning
        table._change(table._insert, entry, sender)
        return entry

    def renew(self, judge: Judge) -> None:
        """Give each connection the terms that ``judge`` finds for it; end those for which it finds none."""
        for table in self._with_layers():
            cases = table._undisturbed(table._cases)
            # Without the lock, as reading a signature may run the receiver's own code.
            verdicts = [
                (holder, terms, judge(receiver, sender, terms))
                for holder, ref, sender, terms in cases
                if (receiver := ref.receiver()) is not None
            ]
            table._pending += ((table._renew, (verdicts,)),)
            table._apply()

    def open(self, block: Block) -> None:
        """Open a block, unless it is open already."""
        self._change(self._open, block)

    def close(self, block: Block) -> None:
        """End a block, if it is open."""
        self._change(self._close, block)

    def new_layer(self) -> ConnectionTable:
        """Make a table without connections for the same signal, with which a block replaces this one."""
        return ConnectionTable(self._signal)

    # What introspection asks

    def all(self) -> list[ReceiverRef]:
        """List all connections, whatever their sender, in order."""
        return self._layer().own()

    def own(self) -> list[ReceiverRef]:
        """List the same, but of the table itself, even if an open block has a table of its own."""
        return connections_among(self._undisturbed(self._everything))

    def reached_by(self, sender: object) -> list[ReceiverRef]:
        """List the connections that a send from this sender would reach, muted or not, in order."""
        return connections_among(self._reached_here(sender))

    def followers_here(self, *, sent: bool = False) -> list[ReceiverRef]:
        """List the receivers of the namespace that a send would reach, or now does, muted or not, in order."""
        blocks = self.blocks_here()
        followers = chain.from_iterable(block.followers(sent=sent) for block in blocks)
        return [ref for ref in followers if not any(block.hides(ref) for block in blocks)]

    def is_connected(self, receiver: Receiver, sender: object, key: str | None = None) -> bool:
        """Whether the receiver is connected to exactly this sender, or to `ANY`, without a name or by this one."""
        table, identity = self._layer(), callable_id(receiver)
        ref = table._undisturbed(table._entry, identity if key is None else key, sender_id(sender))
        return ref is not None and ref.identity == identity

    def sender_of(self, ref: ReceiverRef) -> object:
        """Return the sender that a receiver is connected to, or `ANY`; None if it is gone."""
        return self._layer()._sender_of(ref)

    def blocks_here(self) -> list[Block]:
        """Return the open blocks that hold for the current thread or task, in the order in which they were opened."""
        return [block for block in self._blocks if block.holds_here()]

    def queues_here(self) -> tuple[SendQueue, ...]:
        """Return what holds the sends of the current thread or task, the innermost last; empty if nothing does."""
        return queues_among(self.blocks_here())

    def has_audience(self, sender: object) -> bool:
        """Whether what this sender sends is seen by a watcher, a follower, or an observer that counts as a receiver."""
        return self._is_observed() or bool(self.followers_here()) or anyone_watches(self._reached_here(sender))

    def is_in_use(self) -> bool:
        """Whether there may be entries, here or in the table of an open block."""
        return bool(self._buckets or self._pending or self._blocks)

    def has_blocks(self) -> bool:
        """Whether any block may be open."""
        return bool(self._blocks)

    def claim_all(self) -> None:
        """Keep sends that are under way from calling any further receiver."""
        for ref in self._undisturbed(self._everything):
            self.claim(ref)

    def _is_observed(self) -> bool:
        blocks = self.blocks_here()
        is_observed = any(isinstance(block, Observed) and block.counts_as_receiver for block in blocks)
        return is_observed or bool(self._steps_here())

    def _steps_here(self) -> list[Callable[..., AbstractContextManager[object]]]:
        """Return the steps to take, in the order in which they were added."""
        steps: list[Callable[..., AbstractContextManager[object]]] = []
        for block in self.blocks_here():
            if not block.keeps_steps:
                steps.clear()
            elif isinstance(block, Stepped):
                steps.append(block.step)
        return steps

    def _reached_here(self, sender: object) -> list[ReceiverRef]:
        table = self._layer()
        return table._undisturbed(table._reached, sender_id(sender))

    # Blocks

    def _open(self, block: Block) -> None:
        if block not in self._blocks:
            self._blocks = (*self._still_open(), block)
            stale, self.common, self._snapshots = self._snapshots, None, {}
            stale.clear()

    def _close(self, block: Block) -> None:
        self._blocks = tuple([other for other in self._still_open() if other is not block])

    def _still_open(self) -> tuple[Block, ...]:
        """Return the blocks without those that ended and were not closed because of an interrupt."""
        return tuple([block for block in self._blocks if block.is_open])

    def _layer(self) -> ConnectionTable:
        """Return the table of the innermost block that has its own, in the current thread or task; else this one."""
        if not self._blocks:
            return self
        layers = (block.layer(self) for block in reversed(self.blocks_here()))
        return next(filter(None, layers), self)

    def _with_layers(self) -> list[ConnectionTable]:
        return [self, *filter(None, (block.layer(self) for block in self._blocks))]

    def _through_blocks(self, sender: object) -> Snapshot:
        """Build the snapshot that the open blocks leave to this thread or task; not kept, as others may reach more."""
        blocks, signal = self.blocks_here(), self._signal()
        assert signal is not None  # it is being sent
        observers = tuple([partial(block.observe, signal) for block in blocks if isinstance(block, Observed)])
        if queues := queues_among(blocks):
            return HeldSnapshot(observers, queues)
        reached = [self._reached_here(sender), self.followers_here(sent=True)]
        refs, followers = [[ref for ref in some if all(block.admits(ref) for block in blocks)] for some in reached]
        for ref in (*refs, *followers):
            ref.reached = True
        steps = tuple([partial(step, signal) for step in self._steps_here()])
        if steps or followers:
            led = Followers(signal, tuple(followers)) if followers else None
            return AccompaniedSnapshot(tuple(refs), observers, steps, led)
        return Snapshot(tuple(refs), observers, is_observed=self._is_observed())

    # Snapshots

    def _refresh(self, key: Hashable, sender: object) -> Snapshot:
        """Build the snapshot for a sender, and keep it for the next send."""
        # A finalizer that sends in the middle of a change gets what is there, and nothing is kept.
        keep = not self._changing
        return self._undisturbed(self._take, key, sender, keep)

    def _take(self, key: Hashable, sender: object, keep: bool) -> Snapshot:
        if self._blocks:
            self._blocks = self._still_open()
        if self._blocks:
            return self._through_blocks(sender)
        if key not in self._buckets:
            key = ANY_ID
        reached = self._reached(key)
        snapshot = Snapshot(tuple(reached)) if reached else NOBODY
        for ref in snapshot.refs:
            ref.reached = True
        if keep:
            self._keep(key, snapshot)
        return snapshot
