"""Applying changes one after the other, whoever makes them, and whatever they interrupt.

Two hazards shape this file. A finalizer may run between any two instructions, also inside a change, and make one
too: changes therefore go through a queue, which whoever is already changing the object empties. Two threads may
each hold one object's lock while a finalizer wants the other's: there is one lock for all.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from .interrupts import Lock

T = TypeVar("T")

lock = Lock()
"""Held while any table changes; never while a receiver runs."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    # A child has none but the forking thread: no other one may leave it a change half done, or a lock held.
    os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


class Changes:
    """What has its state changed by operations that must not overlap.

    An operation that an exception interrupts has done all or nothing: it makes its changes in one step (see
    `_interrupts`). Those that need several say so by being left pending until they are done; begun again, they end
    where they would have ended.
    """

    __slots__ = ("__weakref__", "_changing", "_pending")

    def __init__(self) -> None:
        self._changing = False
        self._pending: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()

    def _change(self, operation: Callable[..., None], *arguments: Any) -> None:
        """Apply a change, or leave it to the code at work that a finalizer interrupted."""
        with lock:
            if self._changing:
                self._pending.append((operation, arguments))
                return
            if self._pending:
                self._settle()
            self._changing = True
            try:
                operation(*arguments)
            finally:
                self._changing = False
            if self._pending:
                self._settle()

    def _settle(self) -> None:
        """Apply what is pending; the lock is held. A finalizer that interrupts this leaves its change to it."""
        if self._changing:
            return
        while self._pending:
            self._changing = True
            try:
                while self._pending:
                    operation, arguments = self._pending[0]
                    operation(*arguments)
                    del self._pending[0]
            finally:
                self._changing = False

    def _undisturbed(self, look: Callable[..., T], *arguments: Any) -> T:
        """Look at the state with all changes applied, and let those of finalizers that interrupt it wait."""
        with lock:
            self._settle()
            changing, self._changing = self._changing, True
            try:
                return look(*arguments)
            finally:
                self._changing = changing
                self._settle()

    def _settle_if_free(self) -> None:
        """Apply what is pending now, or leave it to whoever holds the lock, or to the next to take it."""
        if lock.is_taken:
            try:
                self._settle()
            finally:
                lock.release()
