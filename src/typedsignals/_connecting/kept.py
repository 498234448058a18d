"""Receivers that live as long as another object, their keeper.

The keeper holds them in its ``__dict__``, and the table refers to them weakly. So if a receiver is a closure over its
keeper, both refer to each other, and the garbage collector takes both. In a dictionary of ours, even in one with weak
keys, the receiver would keep its keeper alive for ever.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from .._concurrency.serialised import lock
from .._identity import unwrapped
from .._inspecting.binding import binding_of
from .references import ReceiverRef
from .unheld import keeper_error

if TYPE_CHECKING:
    from .._signal import AnySignal
    from .references import Receiver

NAME: Final = "_typedsignals_kept"
"""Where a keeper has its `Kept`. With an underscore, which hides it from what pydantic models show."""


class Kept:
    """The receivers that one keeper keeps alive.

    Neither a deep copy of the keeper nor a pickled one has any. A shallow copy shares them until it becomes a keeper
    itself, but they end with the original.

    Attributes:
        keeper: Refers to the keeper.
        receivers: Each is there for one connection, by its id.
    """

    __slots__ = ("__weakref__", "keeper", "receivers")

    def __init__(self, keeper: object) -> None:
        self.receivers: Final = dict[int, KeptReceiver]()
        self.keeper: Final = weakref.ref(keeper, partial(_let_go_of_all, self.receivers))

    def __reduce__(self) -> tuple[Any, ...]:
        return NoneType, ()


class KeptReceiver:
    """A receiver for one connection, which refers to this object and not to the receiver itself."""

    __slots__ = ("__weakref__", "connection", "kept", "receiver")

    def __init__(self, receiver: Receiver, kept: Kept) -> None:
        self.receiver: Final = receiver
        # Weakly, so that all of them are gone as soon as the keeper is.
        self.kept: Final = weakref.ref(kept)
        self.connection: weakref.ref[KeptReceiverRef] | None = None


class KeptReceiverRef(ReceiverRef):
    """A connection of a receiver that lives as long as its keeper."""

    __slots__ = ("__weakref__",)

    @property
    def is_of_a_method(self) -> bool:
        return True

    @property
    def kept(self) -> Kept | None:
        held: KeptReceiver | None = super().__call__()
        return None if held is None else held.kept()

    def __call__(self) -> Any:
        held: KeptReceiver | None = super().__call__()
        return None if held is None else held.receiver


def _let_go_of_all(receivers: dict[int, KeptReceiver], _: object) -> None:
    """Let go of the receivers of a keeper that has died, even if a copy of it still has them."""
    receivers.clear()


def _let_go(kept: weakref.ref[Kept], number: int, _: object) -> None:
    """Let go of the receiver of a connection that is gone, however it ended."""
    there = kept()
    if there is not None:
        there.receivers.pop(number, None)


def kept_for(receiver: Receiver, alive: object, signal: AnySignal) -> Kept | None:
    """Return where to keep a receiver alive for as long as an object; None if it lives as long by itself.

    Raises:
        WeakReceiverError: The object cannot keep anything.
    """
    keeper: Any = unwrapped(alive)
    binding = binding_of(receiver)
    if (receiver if binding is None else binding.anchor) is keeper:
        return None
    namespace = getattr(keeper, "__dict__", None)
    if not isinstance(namespace, dict):
        problem = "which has no __dict__ to hold it" if not isinstance(keeper, type) else "as it is a class"
        raise keeper_error(receiver, keeper, problem, signal)
    try:
        return _kept_in(namespace, keeper)
    except TypeError as error:
        raise keeper_error(receiver, keeper, "which has no __weakref__ slot", signal) from error


def _kept_in(namespace: dict[str, Any], keeper: object) -> Kept:
    with lock:
        kept = namespace.get(NAME)
        if type(kept) is not Kept or kept.keeper() is not keeper:
            kept = namespace[NAME] = Kept(keeper)
        return kept


def reference_to_kept(receiver: Receiver, kept: Kept, on_death: Callable[[Any], None]) -> ReceiverRef:
    """Keep a receiver alive, and make the reference of a connection that lives as long as it does."""
    held = KeptReceiver(receiver, kept)
    ref = KeptReceiverRef(held, on_death)
    # At once, as an interrupt may end it here, and the callback then be called for what is not connected yet.
    ref.is_connected, ref.sender_id, ref.receiver_id, ref.function = False, None, None, None
    # The connection cannot have this callback itself: if its signal is garbage, it has lost its referent.
    held.connection = weakref.ref(ref, partial(_let_go, held.kept, id(held)))
    kept.receivers[id(held)] = held
    return ref
