"""Weak references that know what they stand for: a receiver's connection, and a sender that receivers ask for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from types import MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._signature import Terms

Receiver = Callable[..., Any]


class ReceiverRef(weakref.ref[Any]):
    """One connection: a weak reference to its receiver, or to the object whose method it is.

    It is the reference itself to spare a second object for each connection.

    Attributes:
        strong: The receiver, if the connection keeps it alive; else None.
        function: The function of a weakly held bound method; else None.
        live: False from the moment it is disconnected, also for the sends that are under way.
        reached: Whether a send has been about to call it.
    """

    __slots__ = ("function", "live", "order", "reached", "receiver_id", "sender_id", "strong", "terms")

    strong: Receiver | None
    function: Callable[..., Any] | None
    live: bool
    reached: bool
    terms: Terms
    order: int
    sender_id: Hashable
    receiver_id: Hashable

    def receiver(self) -> Receiver | None:
        """The receiver, or None if it is gone."""
        if self.strong is not None:
            return self.strong
        anchor: Receiver | None = self()
        if anchor is None or self.function is None:
            return anchor
        return MethodType(self.function, anchor)


class SenderRef(weakref.ref[Any]):
    """A weak reference to a sender that someone has connected to; for a bound method, to its object."""

    __slots__ = ("function", "sender_id")
    function: Callable[..., Any] | None
    sender_id: Hashable

    def sender(self) -> object:
        """The sender, or None if it is gone."""
        anchor = self()
        return anchor if anchor is None or self.function is None else MethodType(self.function, anchor)
