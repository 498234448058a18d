"""What a send works on: the connections that it reaches, and all that can be known about them in advance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

from .watching import WATCHING, anyone_watches

if TYPE_CHECKING:
    from .._checking.terms import Terms
    from .._sending.dispatch import Delivery
    from .._signal import AnySignal
    from .blocks import SendQueue
    from .references import ReceiverRef

Observer = Callable[["Delivery"], "Delivery"]
Step = Callable[[Any, Any], AbstractContextManager[object]]
"""Takes the sender and the payload of a send; its block is around the calls of the receivers."""


class Snapshot:
    """The connections that one send reaches, in order; immutable.

    Args:
        entries: The entries of the table that it reaches: connections and watchers.
        observers: Called with each delivery before it is made.
        is_observed: Whether something other than connections and watchers counts as a receiver.

    Attributes:
        refs: The connections.
        watchers: The entries of watchers.
        observers: See above.
        steps: What is done around the calls of the receivers; see `AccompaniedSnapshot`.
        followers: The receivers of the signal's namespace, which come after its own; see `AccompaniedSnapshot`.
        queues: What holds the send, the innermost last; empty if it is delivered at once; see `HeldSnapshot`.
        stays: Whether there are no observers, steps, followers and queues, no connection ends with the send, and no
            receiver has a value of its own for a field.
        by_keywords: As `stays`, and there are no watchers, and no receiver takes the payload.
        plain: As `stays`, and no receiver is a coroutine function.
        simple: As `by_keywords` and `plain`.
        functions: Whether there are no watchers, and all receivers are weakly held functions, so that calling the
            reference gives the receiver.
        payloads: As `functions`, and all take the payload.
        asynchronous: Whether all receivers are coroutine functions.
        coroutines: As `functions`, and all are coroutine functions.
    """

    __slots__ = (
        "_is_observed",
        "asynchronous",
        "by_keywords",
        "coroutines",
        "functions",
        "observers",
        "payloads",
        "plain",
        "refs",
        "simple",
        "stays",
        "watchers",
    )

    steps: ClassVar[tuple[Step, ...]] = ()
    queues: ClassVar[tuple[SendQueue, ...]] = ()
    followers: ClassVar[Followers | None] = None

    def __init__(
        self, entries: tuple[ReceiverRef, ...], observers: tuple[Observer, ...] = (), *, is_observed: bool = False
    ) -> None:
        # Connections share their terms where these are the same, so that there are few.
        kinds: set[Terms] = set()
        functions = True
        for ref in entries:
            kinds.add(ref.terms)
            if ref.strong is not None or ref.function is not None:
                functions = False
        watched = WATCHING in kinds
        kinds.discard(WATCHING)
        stays = not (observers or self.steps or self.followers or self.queues)
        none_awaited = none_by_payload = True
        all_awaited = all_by_payload = True
        for terms in kinds:
            stays = stays and not (terms.once or terms.shape.kept)
            if terms.is_async:
                none_awaited = False
            else:
                all_awaited = False
            if terms.as_payload:
                none_by_payload = False
            else:
                all_by_payload = False
        self.watchers: Final = tuple(ref for ref in entries if ref.terms is WATCHING) if watched else ()
        self.refs: Final = tuple(ref for ref in entries if ref.terms is not WATCHING) if watched else entries
        self.observers: Final = observers
        self._is_observed: Final = is_observed
        self.stays: Final = stays
        self.plain: Final = stays and none_awaited
        self.by_keywords: Final = stays and none_by_payload and not watched
        self.simple: Final = self.plain and self.by_keywords
        self.functions: Final = functions and not watched
        self.payloads: Final = self.functions and all_by_payload
        self.asynchronous: Final = all_awaited
        self.coroutines: Final = self.functions and all_awaited

    @property
    def reaches_anyone(self) -> bool:
        """Whether there are connections, watchers, or something else that counts as a receiver."""
        return bool(self.refs) or self._is_observed or anyone_watches(self.watchers)

    def unobserved(self) -> Self:
        """Return the same without observers, for a delivery that they have seen."""
        same = copy(self)
        same.observers = ()  # type: ignore[misc]  # which nobody else has yet
        return same

    def without_coroutines(self) -> Self:
        """Return the same without coroutine functions, for a delivery that cannot await them."""
        if self.plain:
            return self
        same = copy(self)
        same.refs = tuple([ref for ref in self.refs if not ref.terms.is_async])  # type: ignore[misc]  # as above
        return same

    def share(self, *, awaited: bool) -> Self:
        """Return the same for one kind of receivers, without observers and watchers, who have seen the delivery."""
        same = copy(self)
        same.refs = tuple([ref for ref in self.refs if ref.terms.is_async is awaited])  # type: ignore[misc]  # as above
        same.observers, same.watchers = (), ()  # type: ignore[misc]  # as above
        return same


class Followers(NamedTuple):
    """The receivers of a namespace that hear of a send, in order, and the signal that is sent."""

    signal: AnySignal
    refs: tuple[ReceiverRef, ...]


class AccompaniedSnapshot(Snapshot):
    """A snapshot with steps or followers. They have attributes here alone, as hardly any signal has any."""

    __slots__ = ("followers", "steps")

    def __init__(
        self,
        entries: tuple[ReceiverRef, ...],
        observers: tuple[Observer, ...],
        steps: tuple[Step, ...],
        followers: Followers | None,
    ) -> None:
        self.steps = steps  # type: ignore[misc]  # a class variable only where there are none
        self.followers = followers  # type: ignore[misc]  # as well
        super().__init__(entries, observers, is_observed=True)


class HeldSnapshot(Snapshot):
    """The snapshot of a send that is held, and reaches nobody yet."""

    __slots__ = ("queues",)

    def __init__(self, observers: tuple[Observer, ...], queues: tuple[SendQueue, ...]) -> None:
        self.queues = queues  # type: ignore[misc]  # a class variable only where there are none
        super().__init__((), observers, is_observed=True)


NOBODY: Final = Snapshot(())
"""The snapshot of all sends that reach nobody."""
