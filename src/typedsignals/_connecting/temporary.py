"""Connections that last for a block of code, after which the earlier ones are restored."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from .entries import Entries, connections_among
from .references import Receiver, ReceiverRef

if TYPE_CHECKING:
    from .._checking.terms import Terms


class Found(NamedTuple):
    """A connection as it was when a temporary one began."""

    ref: ReceiverRef
    terms: Terms
    strong: Receiver | None
    order: int


class Temporary:
    """A connection that ends with a block of code.

    Attributes:
        table: The table that it is in.
        ref: Its entry.
        sender: Its sender, which it keeps alive.
        found: The connection to restore; None if the receiver was not connected to the sender.
    """

    __slots__ = ("found", "ref", "sender", "table")

    def __init__(self, table: EntriesWithTemporary, ref: ReceiverRef, sender: object) -> None:
        self.table: Final = table
        self.ref: Final = ref
        self.sender: Final = sender
        self.found: Found | None = None


Case = tuple[ReceiverRef | Temporary, ReceiverRef, object, "Terms"]
"""The entry of a connection, or the temporary one that will restore it; then the entry, its sender and its terms."""


class EntriesWithTemporary(Entries):
    """Entries, some of them temporary; part of `ConnectionTable`."""

    __slots__ = ("_temporary",)

    _temporary: dict[tuple[Hashable, Hashable], tuple[Temporary, ...]]
    """For each receiver and sender, in the order in which they began."""

    def _enter(self, temporary: Temporary) -> None:
        key = temporary.ref.receiver_id, temporary.ref.sender_id
        stack = self._temporary.get(key, ())
        if temporary not in stack:
            known = self._entry(*key) if temporary.ref.sender_id in self._buckets else None
            temporary.found = None if known is None else Found(known, known.terms, known.strong, known.order)
            self._temporary[key] = (*stack, temporary)
        self._insert(temporary.ref, temporary.sender)

    def _leave(self, temporary: Temporary) -> None:
        key = temporary.ref.receiver_id, temporary.ref.sender_id
        stack = self._temporary.get(key, ())
        if temporary not in stack:
            return  # an interrupt kept it from beginning
        if temporary is stack[-1]:
            self._restore(temporary)
        else:
            # One that began later is still open: it restores what this one found.
            stack[stack.index(temporary) + 1].found = temporary.found
        if len(stack) > 1:
            self._temporary[key] = tuple([other for other in stack if other is not temporary])
        else:
            del self._temporary[key]

    def _restore(self, temporary: Temporary) -> None:
        receiver_key, sender_key = temporary.ref.receiver_id, temporary.ref.sender_id
        found = temporary.found
        if found is not None and found.ref() is not None:  # its receiver may have died meanwhile
            ref, known = found.ref, self._entry(receiver_key, sender_key)
            if known is not None and known.stands_for(ref):
                ref = known
            elif known is not None:
                self._forget(known)
            _, ref.terms, ref.strong, ref.order = found
            ref.is_connected = True
            self._insert(ref, temporary.sender)
        elif sender_key in self._buckets and receiver_key in self._buckets[sender_key]:
            self._forget(self._buckets[sender_key][receiver_key])

    def _cases(self) -> list[Case]:
        """Return all connections, including those that temporary ones will restore."""
        refs = connections_among(self._everything())
        cases: list[Case] = [(ref, ref, self._sender_of(ref), ref.terms) for ref in refs]
        temporary = [*chain.from_iterable(self._temporary.values())]
        cases += [(one, one.found.ref, one.sender, one.found.terms) for one in temporary if one.found]
        return cases

    def _renew(self, verdicts: list[tuple[ReceiverRef | Temporary, Terms, Terms | None]]) -> None:
        for holder, judged, terms in verdicts:
            if isinstance(holder, Temporary):
                holder.found = holder.found._replace(terms=terms) if holder.found and terms else None
            elif holder.terms is judged:  # and it was not connected anew meanwhile
                if terms is None:
                    self._forget(holder)
                else:
                    holder.terms = terms
        stale, self.common, self._snapshots = self._snapshots, None, {}
        stale.clear()
