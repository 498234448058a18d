"""Apply changes one after the other, whatever code makes them, and whatever they interrupt.

Two hazards shape this file. A finalizer may run between any two instructions, even inside a change, and make a change
itself: therefore changes go through a queue, which is emptied by the code that is already changing the object. Two
threads may each hold one object's lock while a finalizer wants the other's: therefore there is one lock for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from .interrupts import Lock

T = TypeVar("T")

lock = Lock()
"""Held while any table changes; never while a receiver runs."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    # The child has only the thread that forks: no other thread may leave it a half-done change, or a held lock.
    os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


class Changes:
    """An object whose state is changed by operations that must not overlap.

    An operation that an exception interrupts has done everything or nothing, because it makes its changes in one step
    (see `interrupts`). One that needs several steps stays pending until it is done; run again from its beginning, it
    comes to the same end.
    """

    __slots__ = ("__weakref__", "_changing", "_pending", "_settled")

    def __init__(self) -> None:
        self._changing = False
        # Not a deque: an empty one takes 700 bytes more.
        self._pending: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self._settled = 0  # how many of those are applied already

    def _change(self, operation: Callable[..., T], *arguments: Any) -> T | None:
        """Apply a change, and return what it returns.

        In a finalizer that interrupts another change, leave it to the interrupted code, and return None.
        """
        with lock:
            if self._changing:
                self._pending.append((operation, arguments))
                return None
            if self._pending:
                self._settle()
            self._changing = True
            try:
                result = operation(*arguments)
            finally:
                self._changing = False
            if self._pending:
                self._settle()
        return result

    def _apply(self) -> None:
        """Apply the changes that are pending."""
        with lock:
            self._settle()

    def _settle(self) -> None:
        """Apply pending changes, with the lock held. A finalizer that interrupts this leaves its change to it."""
        if self._changing:
            return
        while self._pending:
            self._changing = True
            try:
                while len(self._pending) > self._settled:
                    operation, arguments = self._pending[self._settled]
                    operation(*arguments)
                    self._settled += 1
                # All at once: removing the first of many moves all others, each time.
                del self._pending[: self._settled]
                self._settled = 0
            finally:
                self._changing = False

    def _undisturbed(self, look: Callable[..., T], *arguments: Any) -> T:
        """Look at the state with all changes applied; those that finalizers make meanwhile wait."""
        with lock:
            if self._pending:
                self._settle()
            changing, self._changing = self._changing, True
            try:
                return look(*arguments)
            finally:
                self._changing = changing
                if self._pending:
                    self._settle()

    def _settle_if_free(self) -> None:
        """Apply pending changes if the lock is free; otherwise leave them to its present or next holder."""
        if lock.is_taken:
            try:
                self._settle()
            finally:
                lock.release()
