"""What a send works on: the connections that it reaches, and all that can be known about them in advance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .watching import WATCHING, anyone_watches

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery
    from .references import ReceiverRef

Observer = Callable[["Delivery"], "Delivery"]


class Snapshot:
    """The connections that one send reaches, in order; immutable.

    Args:
        entries: The entries of the table that it reaches: connections and watchers.
        observers: Called with each delivery before it is made.
        is_observed: Whether an observer counts as a receiver.

    Attributes:
        refs: The connections.
        watchers: The entries of watchers.
        observers: See above.
        stays: Whether there are no observers, no connection ends with the send, and no receiver has a value of its own
            for a field.
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

    def __init__(
        self, entries: tuple[ReceiverRef, ...], observers: tuple[Observer, ...] = (), *, is_observed: bool = False
    ) -> None:
        self.watchers: Final = tuple(ref for ref in entries if ref.terms is WATCHING)
        self.refs: Final = tuple(ref for ref in entries if ref.terms is not WATCHING) if self.watchers else entries
        self.observers: Final = observers
        self._is_observed: Final = is_observed
        refs = self.refs
        self.stays: Final = not observers and not any(ref.terms.once or ref.terms.shape.kept for ref in refs)
        self.plain: Final = self.stays and not any(ref.terms.is_async for ref in refs)
        self.by_keywords: Final = self.stays and not self.watchers and not any(ref.terms.as_payload for ref in refs)
        self.simple: Final = self.plain and self.by_keywords
        self.functions: Final = not self.watchers and all(ref.strong is None and ref.function is None for ref in refs)
        self.payloads: Final = self.functions and all(ref.terms.as_payload for ref in refs)
        self.asynchronous: Final = all(ref.terms.is_async for ref in refs)
        self.coroutines: Final = self.functions and self.asynchronous

    @property
    def reaches_anyone(self) -> bool:
        """Whether there are connections, watchers, or observers that count as receivers."""
        return bool(self.refs) or self._is_observed or anyone_watches(self.watchers)


NOBODY: Final = Snapshot(())
"""The snapshot of all sends that reach nobody."""
