"""Weak references that know what they stand for: a receiver's connection, and a sender that receivers ask for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .._inspecting.binding import binding_of

if TYPE_CHECKING:
    from .._inspecting.binding import Bind
    from .terms import Terms

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

    @property
    def is_of_a_method(self) -> bool:
        """Whether the receiver lives for as long as the object whose method it is."""
        return self.function is not None

    @property
    def is_gone(self) -> bool:
        """Whether it calls nobody any more."""
        return not self.live or (self.strong is None and self() is None)

    def receiver(self) -> Receiver | None:
        """The receiver, or None if it is gone."""
        if self.strong is not None:
            return self.strong
        anchor: Receiver | None = self()
        if anchor is None or self.function is None:
            return anchor
        return MethodType(self.function, anchor)


class BoundReceiverRef(ReceiverRef):
    """A connection of a bound callable that is not one of Python's own methods.

    It is called for the receiver as the reference to a function is, so that sends need not know the difference.
    """

    __slots__ = ("bind",)

    bind: Bind

    @property
    def is_of_a_method(self) -> bool:
        return True

    def __call__(self) -> Any:
        anchor = super().__call__()
        return None if anchor is None else self.bind(anchor)


def reference_to(receiver: Any, on_death: Callable[[Any], None]) -> ReceiverRef:
    """A weak reference to what a receiver is held by: itself, or the object that it is bound to.

    Raises:
        TypeError: That cannot be referred to weakly.
    """
    kind = type(receiver)
    if kind is MethodType:
        ref = ReceiverRef(receiver.__self__, on_death)
        ref.function = receiver.__func__
        return ref
    binding = None if kind is FunctionType else binding_of(receiver)
    if binding is None:
        ref = ReceiverRef(receiver, on_death)
    else:
        ref = bound = BoundReceiverRef(binding.anchor, on_death)
        bound.bind = binding.bind
    ref.function = None
    return ref


class SenderRef(weakref.ref[Any]):
    """A weak reference to a sender that someone has connected to; for a bound callable, to its object.

    Attributes:
        guard: Another one, that takes what is kept for sends of this sender away when it dies; None if nothing is.
    """

    __slots__ = ("bind", "guard", "sender_id")
    bind: Bind | None
    guard: weakref.ref[Any] | None
    sender_id: Hashable

    def sender(self) -> object:
        """The sender, or None if it is gone."""
        anchor = self()
        return anchor if anchor is None or self.bind is None else self.bind(anchor)
