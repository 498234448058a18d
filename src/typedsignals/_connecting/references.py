"""Weak references that know what they stand for: the connection of a receiver, and a sender with receivers."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .._inspecting.binding import CODE_OF_SINGLE_DISPATCH, binding_of
from .keys import Key

if TYPE_CHECKING:
    from .._checking.terms import Terms
    from .._inspecting.binding import Bind
    from .kept import Kept

Receiver = Callable[..., Any]


class ReceiverRef(weakref.ref[Any]):
    """One connection: a weak reference to its receiver, or to the object whose method it is.

    The connection is the reference itself, which saves a second object.

    Attributes:
        strong: The receiver, if the connection keeps it alive; else None.
        function: The function of a weakly held bound method; else None.
        is_connected: Whether it is connected. Sends that are under way look at it before each call.
        reached: Whether a send has reached it.
        receiver_id: The identity of its receiver, or a `Key`.
    """

    __slots__ = ("function", "is_connected", "order", "reached", "receiver_id", "sender_id", "strong", "terms")

    strong: Receiver | None
    function: Callable[..., Any] | None
    is_connected: bool
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
    def key(self) -> str | None:
        """The name of the connection, if it has one."""
        return str(self.receiver_id) if type(self.receiver_id) is Key else None

    @property
    def identity(self) -> Hashable:
        """The identity of its receiver, whether the connection has a name or not."""
        return self.receiver_id.identity if type(self.receiver_id) is Key else self.receiver_id

    @property
    def kept(self) -> Kept | None:
        """Where the receiver is kept alive, if it lives as long as another object."""
        return None

    def stands_for(self, other: ReceiverRef) -> bool:
        """Whether the receiver is that of another connection, and held in the same way but for `strong`."""
        return self.identity == other.identity and self.kept is other.kept

    @property
    def is_gone(self) -> bool:
        """Whether it is disconnected or its receiver is gone."""
        return not self.is_connected or self() is None

    def receiver(self) -> Receiver | None:
        """Return the receiver, or None if it is gone."""
        strong = self.strong  # read once, because another thread may connect it weakly meanwhile
        if strong is not None:
            return strong
        anchor: Receiver | None = self()
        if anchor is None or self.function is None:
            return anchor
        return MethodType(self.function, anchor)


class BoundReceiverRef(ReceiverRef):
    """A connection of a bound callable that is not one of Python's own methods.

    Calling it gives the receiver, as calling the reference to a function does, so that sends need not tell them apart.
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
    """Make a weak reference to the receiver or, if it is bound, to the object that it is bound to.

    Raises:
        TypeError: Python cannot refer to it weakly.
    """
    kind = type(receiver)
    if kind is MethodType:
        ref = ReceiverRef(receiver.__self__, on_death)
        ref.function = receiver.__func__
        return ref
    is_plain = kind is FunctionType and receiver.__code__ is not CODE_OF_SINGLE_DISPATCH
    binding = None if is_plain else binding_of(receiver)
    if binding is None:
        ref = ReceiverRef(receiver, on_death)
    else:
        ref = bound = BoundReceiverRef(binding.anchor, on_death)
        bound.bind = binding.bind
    ref.function = None
    return ref


class SenderRef(weakref.ref[Any]):
    """A weak reference to a sender that has connections; for a bound callable, to its object.

    Attributes:
        guard: Another weak reference, which drops the snapshot for this sender when it dies; None if there is none.
    """

    __slots__ = ("bind", "guard", "sender_id")
    bind: Bind | None
    guard: weakref.ref[Any] | None
    sender_id: Hashable

    def sender(self) -> object:
        """Return the sender, or None if it is gone."""
        anchor = self()
        return anchor if anchor is None or self.bind is None else self.bind(anchor)


def reference_to_sender(sender: object, key: Hashable, on_death: Callable[[Any], None]) -> object:
    """Make a reference that notices the sender's death; if none can, return the sender itself."""
    if issubclass(type(sender), str | int):
        return sender
    binding = binding_of(sender) if callable(sender) else None
    try:
        ref = SenderRef(sender if binding is None else binding.anchor, on_death)
    except TypeError:
        return sender
    ref.bind = None if binding is None else binding.bind
    ref.guard, ref.sender_id = None, key
    return ref
