"""Stay connected to a signal that somebody else owns while anybody listens to ours, which it feeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .._concurrency.serialised import lock
from .._connecting.references import SenderRef
from .._identity import ANY_ID, sender_id
from .inlet import Inlet

if TYPE_CHECKING:
    from .signal import FedSignal
    from .source import Source

InletKey: TypeAlias = tuple[bool, Hashable]
"""Whether the inlet is an awaiting one, and the key of its sender."""

Wanted: TypeAlias = Mapping[InletKey, object]
"""The inlets that should be connected, each with its sender, or a `SenderRef` to it."""


class Feed:
    """The connection of one of our signals to the signal that it is about.

    Args:
        signal: Our signal.
        source: The other one.
        stays: Whether what was connected must stay.
    """

    def __init__(self, signal: FedSignal[Any, Any, Any], source: Source, *, stays: bool) -> None:
        self._signal = signal
        self._source = source
        self._stays = stays
        self._inlets: dict[InletKey, Inlet] = {}
        """All those that are connected, as far as is known, and perhaps more: an interrupt leaves that open."""
        self._turn: _Turn | None = None

    def calls_both(self, sender: object) -> bool:
        """Whether the owner has been given inlets of both kinds for a sender."""
        keys = {ANY_ID, sender_id(sender)}
        kinds = {is_async for (is_async, key), inlet in self._inlets.copy().items() if key in keys and inlet.is_wanted}
        return len(kinds) > 1

    def follow(self, find_wanted: Callable[[], Wanted]) -> None:
        """Connect the inlets that are wanted, and no others.

        If another thread, or code that a finalizer interrupted, is changing what is connected, leave the change to that
        code, which looks again when it is done. Waiting for it could deadlock: it may wait for a lock that we hold.
        """
        while not self._agrees(find_wanted()):
            if not self._has_changed(find_wanted):
                return

    def _agrees(self, wanted: Wanted) -> bool:
        inlets = self._inlets
        if not all(key in inlets and _is_good(inlets[key]) for key in wanted):
            return False
        return all(key in wanted or (self._stays and not inlet.is_wanted) for key, inlet in inlets.copy().items())

    def _has_changed(self, find_wanted: Callable[[], Wanted]) -> bool:
        """Connect what is wanted, unless other code is changing what is connected."""
        turn = _Turn(os.getpid())
        try:
            with lock:
                # A turn of another process belonged to a thread of the parent of this forked process.
                if self._turn is None or self._turn.process != turn.process:
                    self._turn = turn
            if self._turn is turn:
                self._change_to(find_wanted())
            return self._turn is turn
        finally:
            if self._turn is turn:
                self._turn = None

    def _change_to(self, wanted: Wanted) -> None:
        """Connect new inlets first, so that sends of other threads find one, or at worst both.

        A send for which the owner has looked up its receivers already may still miss the new one.
        """
        for key, inlet in self._inlets.copy().items():
            if _is_gone(inlet):
                self._disconnect(key, inlet)
        for key, holder in wanted.items():
            self._connect(key, holder)
        for key, inlet in self._inlets.copy().items():
            if key not in wanted:
                self._disconnect(key, inlet)

    def _connect(self, key: InletKey, holder: object) -> None:
        inlet = self._inlets.get(key)
        if inlet is None:
            inlet = Inlet(self._signal, holder, is_async=key[0])
            self._inlets = {**self._inlets, key: inlet}
        else:
            inlet.is_wanted = True
        if inlet._is_connected is None:
            self._undo(inlet)
        if not inlet._is_connected:
            inlet._is_connected = None
            self._source.connect(inlet)
            inlet._is_connected = True

    def _disconnect(self, key: InletKey, inlet: Inlet) -> None:
        inlet.is_wanted = False
        if self._stays:
            if not _is_gone(inlet):
                return
        elif inlet._is_connected:
            inlet._is_connected = None
            self._source.disconnect(inlet)
        else:
            self._undo(inlet)
        self._inlets = {other: kept for other, kept in self._inlets.items() if other != key}

    def _undo(self, inlet: Inlet) -> None:
        """Disconnect an inlet that may not be connected, as an exception ended the attempt to change that."""
        with suppress(Exception):  # that it is not connected, in the source's own words
            self._source.disconnect(inlet)


def _is_good(inlet: Inlet) -> bool:
    return inlet._is_connected is True and inlet.is_wanted and not _is_gone(inlet)


def _is_gone(inlet: Inlet) -> bool:
    """Whether its sender is gone, and another object may have the sender's id."""
    return isinstance(inlet._holder, SenderRef) and inlet._holder() is None


class _Turn(NamedTuple):
    """The right to change what is connected, for the time being; compared by identity."""

    process: int
