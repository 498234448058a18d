"""The connections of one signal: who is called for which sender, in which order, and for how long.

Changes pay, sends do not: a change drops the snapshots that it makes stale, and the next send builds a new one.

An id may be used again as soon as its object is gone: what is keyed by it goes first.
"""

from __future__ import annotations

import sys
import warnings
import weakref
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._concurrency.serialised import Changes, lock
from .._exceptions import DeadReceiverWarning, WeakReceiverError
from .._identity import ANY, ANY_ID, callable_id, likely_sender_id, sender_id, without_staticmethod
from .._inspecting.binding import binding_of
from .blocks import Block, Watched
from .references import Receiver, ReceiverRef, SenderRef, reference_to
from .snapshot import NOBODY, Snapshot
from .watching import WATCHING, anyone_watches

if TYPE_CHECKING:
    from .._signal import Signal
    from .terms import Terms
    from .watching import Watcher

Judge = Callable[[Receiver, object, "Terms"], "Terms | None"]
"""Finds the terms on which a receiver may stay connected to a sender, given those that it has."""

Announce = Callable[[Receiver, object, bool], None]
"""Called with a receiver, its sender, and whether it is held weakly."""

_warned: dict[Any, Any] = {}
"""The registry by which the warnings module tells what it has already said."""


class Found(NamedTuple):
    """A connection as a scope found it."""

    ref: ReceiverRef
    terms: Terms
    strong: Receiver | None
    order: int


class Scope:
    """A connection that ends with a block of code.

    Attributes:
        table: Where it is.
        ref: The connection.
        sender: Its sender, kept alive by the scope.
        found: What the end of the scope brings back; None if the receiver was not connected to the sender.
    """

    __slots__ = ("found", "ref", "sender", "table")

    def __init__(self, table: ConnectionTable, ref: ReceiverRef, sender: object) -> None:
        self.table: Final = table
        self.ref: Final = ref
        self.sender: Final = sender
        self.found: Found | None = None


Case = tuple[ReceiverRef | Scope, ReceiverRef, object, "Terms"]
"""A connection or a scope that brings one back, the reference to its receiver, its sender, and its terms."""


class ConnectionTable(Changes):
    """All connections of one signal.

    Attributes:
        common: The snapshot for every sender, if no connection asks for a particular one; None if there are
            such connections, or blocks are open, or it is stale: then `find` gives the snapshot.
    """

    __slots__ = (
        "_blocks",
        "_buckets",
        "_on_receiver_death",
        "_on_sender_death",
        "_order",
        "_scopes",
        "_senders",
        "_senders_of",
        "_signal",
        "_snapshots",
        "common",
    )

    def __init__(self, signal: Signal[Any, Any, Any]) -> None:
        super().__init__()
        # With a callback, it is cleared before those of receivers are called that die with the signal.
        self._signal = weakref.ref(signal, _do_nothing)
        self.common: Snapshot | None = None
        self._blocks: tuple[Block, ...] = ()
        self._order = count()
        self._buckets: dict[Hashable, dict[Hashable, ReceiverRef]] = {}
        self._senders: dict[Hashable, Any] = {}
        self._senders_of: dict[Hashable, set[Hashable]] = {}
        self._snapshots: dict[Hashable, Snapshot | None] = {}
        self._scopes: dict[tuple[Hashable, Hashable], tuple[Scope, ...]] = {}
        self._on_receiver_death = self._receiver_died
        self._on_sender_death = self._sender_died

    def empty_twin(self) -> ConnectionTable:
        """A table for the same signal, without connections."""
        signal = self._signal()
        assert signal is not None  # whoever asks has it
        return ConnectionTable(signal)

    # What sends ask

    def find(self, sender: object) -> Snapshot:
        """The connections that a send from this sender reaches."""
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
        """Whether the caller is the one to call a receiver that is to be called once."""
        with lock:
            claimed, ref.live = ref.live, False
            for table in self._with_layers():
                table._change(table._forget, ref)
        return claimed

    # What changes connections

    def connect(self, receiver: Receiver, sender: object, terms: Terms, *, weak: bool) -> None:
        """Connect the receiver, or change the terms of its connection to the same sender.

        Raises:
            WeakReceiverError: It cannot be held weakly, but is to be.
        """
        table = self._layer()
        table._change(table._insert, table._new_ref(receiver, sender, terms, weak=weak), sender)

    def connected(
        self, receiver: Receiver, sender: object, terms: Terms, announce: Announce | None
    ) -> Iterator[Receiver]:
        """Connect the receiver, strongly, for a block; what it finds is there again afterwards.

        Args:
            receiver: The receiver, which the generator yields.
            sender: Its sender.
            terms: Its terms.
            announce: Called when it is connected.
        """
        table = self._layer()
        scope = Scope(table, table._new_ref(receiver, sender, terms, weak=False), sender)
        key = scope.ref.sender_id
        try:
            self.enter(scope)
            if announce is not None:
                announce(receiver, sender, False)
            yield receiver
        finally:
            # With this, which is one step, no later send reaches it, whatever interrupts the rest.
            table._pending += ((table._leave, (scope,)),)
            if key == ANY_ID:
                table.common, table._snapshots = None, {}
            else:
                table._snapshots[key] = None
            self.leave(scope)

    def enter(self, scope: Scope) -> None:
        """Begin a scope."""
        scope.table._change(scope.table._enter, scope)

    def leave(self, scope: Scope) -> None:
        """Carry out the end of a scope, which is pending."""
        with lock:
            scope.table._settle()

    def disconnect(self, receiver: Receiver, sender: object) -> None:
        """Disconnect the receiver from a sender; from all senders for `ANY`. Nothing if it is not connected."""
        table = self._layer()
        receiver_key, sender_key = callable_id(receiver), sender_id(sender)
        if sender_key == ANY_ID and receiver_key in table._senders_of:
            # Several connections: all of them, even if it is interrupted among them.
            table._pending += ((table._remove, (receiver_key, sender_key)),)
            table.common, table._snapshots = None, {}
            with lock:
                table._settle()
        else:
            table._change(table._remove, receiver_key, sender_key)

    def watch(self, watcher: Watcher, sender: object) -> ReceiverRef:
        """Let a watcher see what a sender sends, until what this returns is claimed or the watcher is gone."""
        table = self._layer()
        entry = table._new_ref(watcher, sender, WATCHING, weak=True)
        entry.reached = True  # nobody is warned of its death
        table._change(table._insert, entry, sender)
        return entry

    def renew(self, judge: Judge) -> None:
        """Give each connection the terms that are found for it now; end those for which there are none."""
        for table in self._with_layers():
            cases = table._undisturbed(table._cases)
            # Not while the lock is held, as reading signatures runs code of the receivers' own.
            verdicts = [
                (holder, terms, judge(receiver, sender, terms))
                for holder, ref, sender, terms in cases
                if (receiver := ref.receiver()) is not None
            ]
            table._pending += ((table._renew, (verdicts,)),)
            with lock:
                table._settle()

    def open(self, block: Block) -> None:
        """Let a block change what sends reach, unless it does so already."""
        self._change(self._open, block)

    def close(self, block: Block) -> None:
        """End a block, if it is open."""
        self._change(self._close, block)

    # What introspection asks

    def all(self) -> list[ReceiverRef]:
        """All connections, whatever their sender, in order."""
        table = self._layer()
        return _connections_among(table._undisturbed(table._everything))

    def reached_by(self, sender: object) -> list[ReceiverRef]:
        """The connections that a send from this sender would reach, muted or not, in order."""
        return _connections_among(self._reached_here(sender))

    def is_connected(self, receiver: Receiver, sender: object) -> bool:
        """Whether the receiver is connected to exactly this sender, or to `ANY`."""
        table = self._layer()
        return table._undisturbed(table._entry, callable_id(receiver), sender_id(sender)) is not None

    def sender_of(self, ref: ReceiverRef) -> object:
        """The sender that a connection asks for, or `ANY`; None if it is gone."""
        return self._layer()._sender_of(ref)

    def blocks_here(self) -> list[Block]:
        """The open blocks that hold for the current thread or task, in the order in which they were opened."""
        return [block for block in self._blocks if block.holds_here()]

    def is_awaited_from(self, sender: object) -> bool:
        """Whether somebody watches or observes what this sender sends, and counts as a receiver."""
        return self._is_observed() or anyone_watches(self._reached_here(sender))

    def claim_all(self) -> None:
        """Let sends that are under way reach nobody any more."""
        for ref in self._undisturbed(self._everything):
            self.claim(ref)

    def _is_observed(self) -> bool:
        return any(isinstance(block, Watched) and block.counts_as_receiver for block in self.blocks_here())

    def _reached_here(self, sender: object) -> list[ReceiverRef]:
        table = self._layer()
        return table._undisturbed(table._reached, sender_id(sender))

    def _sender_of(self, ref: ReceiverRef) -> object:
        if ref.sender_id == ANY_ID:
            return ANY
        sender = self._senders.get(ref.sender_id)
        return sender.sender() if isinstance(sender, SenderRef) else sender

    def _new_ref(self, receiver: Any, sender: object, terms: Terms, *, weak: bool) -> ReceiverRef:
        if type(receiver) is staticmethod:
            receiver = without_staticmethod(receiver)
        try:
            ref = reference_to(receiver, self._on_receiver_death)
        except TypeError as error:
            if weak:
                raise self._weak_receiver_error(receiver, terms) from error
            # Never asked for its referent, as it holds the receiver itself: anything that lasts will do.
            ref = ReceiverRef(ReceiverRef)
            ref.function = None
        ref.strong = None if weak else receiver
        ref.live = True
        ref.reached = False
        ref.terms = terms
        ref.order = next(self._order)
        ref.receiver_id = callable_id(receiver)
        ref.sender_id = sender_id(sender)
        return ref

    def _weak_receiver_error(self, receiver: Receiver, terms: Terms) -> WeakReceiverError:
        binding = binding_of(receiver)
        anchor = receiver if binding is None else binding.anchor
        return WeakReceiverError(
            f"{terms.label} of {self._signal()!r} cannot be held weakly, as a {type(anchor).__name__} has no "
            "__weakref__ slot; connect it with weak=False",
            signal=self._signal(),
            receiver=receiver,
        )

    # Changes, which `_changes` applies one after the other

    def _insert(self, ref: ReceiverRef, sender: object) -> None:
        key, receiver_key = ref.sender_id, ref.receiver_id
        is_for_one = key != ANY_ID
        if is_for_one:
            holder = self._holder(sender, key)
            keys = self._senders_of.get(receiver_key) or set()
        bucket = self._buckets.get(key, {})
        known = bucket.get(receiver_key)
        if known is not None and known.is_gone:
            known = None
        # From here on there is no call, and so it is one step.
        self.common = None
        if is_for_one and self._senders:
            self._snapshots[key] = None
        else:
            self._snapshots = {}
        if known is not None:
            known.strong, known.terms = ref.strong, ref.terms
            return
        bucket[receiver_key] = ref
        self._buckets[key] = bucket
        if is_for_one:
            keys |= {key}
            self._senders_of[receiver_key] = keys
            self._senders[key] = holder

    def _holder(self, sender: object, key: Hashable) -> object:
        """What lets us know when the sender dies; the sender itself where nothing does, to keep it alive."""
        if key in self._senders:
            known = self._senders[key]
            if not isinstance(known, SenderRef) or known() is not None:
                return known
            # Its death has not been noticed, and the id is now another's.
            self._forget_sender(known)
        if issubclass(type(sender), str | int):
            return sender
        binding = binding_of(sender)
        try:
            ref = SenderRef(sender if binding is None else binding.anchor, self._on_sender_death)
        except TypeError:
            return sender
        ref.bind = None if binding is None else binding.bind
        ref.guard, ref.sender_id = None, key
        return ref

    def _enter(self, scope: Scope) -> None:
        key = scope.ref.receiver_id, scope.ref.sender_id
        scopes = self._scopes.get(key, ())
        if scope not in scopes:
            known = self._entry(*key) if scope.ref.sender_id in self._buckets else None
            scope.found = None if known is None else Found(known, known.terms, known.strong, known.order)
            self._scopes[key] = (*scopes, scope)
        self._insert(scope.ref, scope.sender)

    def _leave(self, scope: Scope) -> None:
        key = scope.ref.receiver_id, scope.ref.sender_id
        scopes = self._scopes.get(key, ())
        if scope not in scopes:
            return  # an interrupt kept it from beginning
        if scope is scopes[-1]:
            self._restore(scope)
        else:
            # One that began later is still open: what this one found is what that one is to bring back.
            scopes[scopes.index(scope) + 1].found = scope.found
        if len(scopes) > 1:
            self._scopes[key] = tuple([other for other in scopes if other is not scope])
        else:
            del self._scopes[key]

    def _restore(self, scope: Scope) -> None:
        known = self._entry(scope.ref.receiver_id, scope.ref.sender_id)
        if scope.found is not None:
            ref = known or scope.found.ref
            _, ref.terms, ref.strong, ref.order = scope.found
            ref.live = True
            self._insert(ref, scope.sender)
        elif known is not None:
            self._forget(known)

    def _cases(self) -> list[Case]:
        """All connections, those included that open scopes bring back."""
        refs = _connections_among(self._everything())
        cases: list[Case] = [(ref, ref, self._sender_of(ref), ref.terms) for ref in refs]
        scopes = [*chain.from_iterable(self._scopes.values())]
        cases += [(scope, scope.found.ref, scope.sender, scope.found.terms) for scope in scopes if scope.found]
        return cases

    def _renew(self, verdicts: list[tuple[ReceiverRef | Scope, Terms, Terms | None]]) -> None:
        for holder, judged, terms in verdicts:
            if isinstance(holder, Scope):
                holder.found = holder.found._replace(terms=terms) if holder.found and terms else None
            elif holder.terms is judged:  # and it was not connected anew meanwhile
                if terms is None:
                    self._forget(holder)
                else:
                    holder.terms = terms
        self.common, self._snapshots = None, {}

    def _entry(self, receiver_key: Hashable, sender_key: Hashable) -> ReceiverRef | None:
        ref = self._buckets.get(sender_key, {}).get(receiver_key)
        return None if ref is None or ref.is_gone or self._outlives_its_sender(sender_key) else ref

    def _remove(self, receiver_key: Hashable, sender_key: Hashable) -> None:
        if sender_key == ANY_ID:
            for key in tuple(self._senders_of.get(receiver_key, ())):
                self._remove(receiver_key, key)
        bucket = self._buckets.get(sender_key)
        if bucket is not None and receiver_key in bucket:
            self._forget(bucket[receiver_key])

    def _forget(self, ref: ReceiverRef) -> None:
        sender_key, receiver_key = ref.sender_id, ref.receiver_id
        is_for_one = sender_key != ANY_ID
        bucket = self._buckets.get(sender_key, {})
        if bucket.get(receiver_key) is not ref:
            ref.live = False
            return
        if is_for_one:
            keys = self._senders_of[receiver_key]
            self._snapshots.pop(sender_key, None)
        # From here on there is no call, and so it is one step.
        ref.live = False
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
        if not (is_for_one and self._senders):
            self._snapshots = {}

    def _forget_sender(self, sender: SenderRef) -> None:
        if self._senders.get(sender.sender_id) is sender:
            for ref in tuple(self._buckets[sender.sender_id].values()):
                self._forget(ref)

    # Blocks

    def _open(self, block: Block) -> None:
        if block not in self._blocks:
            self._blocks = (*self._still_open(), block)
            self.common, self._snapshots = None, {}

    def _close(self, block: Block) -> None:
        self._blocks = tuple([other for other in self._still_open() if other is not block])

    def _still_open(self) -> tuple[Block, ...]:
        """The blocks without those that have ended, and that an interrupt kept from being closed."""
        return tuple([block for block in self._blocks if block.is_open])

    def _layer(self) -> ConnectionTable:
        """The table that has the connections for the current thread or task: of the innermost block with its own."""
        if not self._blocks:
            return self
        layers = (block.layer(self) for block in reversed(self.blocks_here()))
        return next(filter(None, layers), self)

    def _with_layers(self) -> list[ConnectionTable]:
        return [self, *filter(None, (block.layer(self) for block in self._blocks))]

    def _through_blocks(self, sender: object) -> Snapshot:
        """What the open blocks let a send of the current thread or task reach. It is not kept: others see another."""
        blocks, signal = self.blocks_here(), self._signal()
        refs = [ref for ref in self._reached_here(sender) if all(block.admits(ref) for block in blocks)]
        for ref in refs:
            ref.reached = True
        assert signal is not None  # whose send this is
        observers = [partial(block.observe, signal) for block in blocks if isinstance(block, Watched)]
        return Snapshot(tuple(refs), tuple(observers), is_awaited=self._is_observed())

    # Deaths: these callbacks run anywhere, at any time, in any thread, and must not wait for the lock

    def _receiver_died(self, ref: ReceiverRef) -> None:
        if sys.is_finalizing():  # pragma: no cover - nor is anything measured then
            return
        lost = ref.live and not ref.reached and not ref.is_of_a_method
        self._pending.append((self._forget, (ref,)))
        self._settle_if_free()
        signal = self._signal()
        # A signal that is gone as well is missed by nobody.
        if lost and signal is not None:
            _warn_of_loss(ref.terms, signal)

    def _sender_died(self, ref: SenderRef) -> None:
        if sys.is_finalizing():  # pragma: no cover - nor is anything measured then
            return
        self._pending.append((self._forget_sender, (ref,)))
        self._settle_if_free()

    # Snapshots

    def _refresh(self, key: Hashable, sender: object) -> Snapshot:
        """Build the snapshot of a sender, and keep it for the next send."""
        with lock:
            # A finalizer that sends in the midst of a change gets what there is, and nothing is kept.
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

    def _keep(self, key: Hashable, snapshot: Snapshot) -> None:
        """Keep a snapshot until the next change, or the death of its sender."""
        snapshots, holder = self._snapshots, self._senders.get(key)
        sender = holder() if isinstance(holder, SenderRef) else None
        if isinstance(holder, SenderRef) and sender is not None:
            # Of C alone, where no interrupt strikes, for the id may be used again at once.
            holder.guard = weakref.ref(sender, partial(snapshots.pop, key))
        snapshots[key] = snapshot
        if not self._senders:
            self.common = snapshot

    def _everything(self) -> list[ReceiverRef]:
        buckets = [bucket for key, bucket in self._buckets.items() if not self._outlives_its_sender(key)]
        return _ordered(self._without_gone([ref for bucket in buckets for ref in bucket.values()]))

    def _reached(self, key: Hashable) -> list[ReceiverRef]:
        refs = [*self._buckets.get(ANY_ID, {}).values()]
        if key == ANY_ID or self._outlives_its_sender(key):
            return _ordered(self._without_gone(refs))
        refs += self._buckets.get(key, {}).values()
        # A receiver that is connected both to the sender and to ANY is called once, at its earlier place.
        first: dict[Hashable, ReceiverRef] = {}
        for ref in _ordered(self._without_gone(refs)):
            first.setdefault(ref.receiver_id, ref)
        return [*first.values()]

    def _without_gone(self, refs: list[ReceiverRef]) -> list[ReceiverRef]:
        """Leave out those whose death or end an interrupt kept from being noticed, and notice it now."""
        there = [ref for ref in refs if ref.live and (ref.strong is not None or ref() is not None)]
        if len(there) < len(refs):
            self._pending += [(self._forget, (ref,)) for ref in refs if ref.is_gone]
        return there

    def _outlives_its_sender(self, key: Hashable) -> bool:
        """Whether a sender has died and an interrupt kept that from being noticed, which it is now."""
        holder = self._senders.get(key)
        if not isinstance(holder, SenderRef) or holder() is not None:
            return False
        self._pending.append((self._forget_sender, (holder,)))
        return True


def _connections_among(entries: list[ReceiverRef]) -> list[ReceiverRef]:
    return [entry for entry in entries if entry.terms is not WATCHING]


def _ordered(refs: list[ReceiverRef]) -> list[ReceiverRef]:
    return sorted(refs, key=lambda ref: (-ref.terms.priority, ref.order))


def _do_nothing(gone: object) -> None:
    """The callback of a weak reference that needs none."""


def _warn_of_loss(terms: Terms, signal: Signal[Any, Any, Any]) -> None:
    message = (
        f"{terms.label} was garbage-collected before {signal!r} was ever sent through this connection: nothing else "
        "referred to it, and the connection does so weakly; keep a reference, or connect it with weak=False"
    )
    code, dying = terms.code, sys._getframe(1).f_back
    if code is not None:
        file, line = code.co_filename, code.co_firstlineno
    else:
        file, line = ("<unknown>", 0) if dying is None else (dying.f_code.co_filename, dying.f_lineno)
    try:
        warnings.warn_explicit(message, DeadReceiverWarning, file, line, registry=_warned)
    except DeadReceiverWarning as warning:
        # It is to be an error, but nobody can catch what is raised here: Python would call it an ignored exception.
        warnings.showwarning(warning, DeadReceiverWarning, file, line)
