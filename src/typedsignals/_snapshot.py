"""What a send works on: the connections that it reaches, ready-made, with all that can be known of them in advance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ._dispatch import Delivery
    from ._references import ReceiverRef

Observer = Callable[["Delivery"], "Delivery"]


class Snapshot:
    """The connections that one send reaches, in their order; immutable.

    Attributes:
        refs: The connections.
        observers: Who looks at what is delivered, before it is.
        reaches_anyone: Whether there are connections, or observers that count as such.
        by_keywords: Whether nobody observes, all receivers take keywords, and all connections stay.
        simple: As `by_keywords`, and no receiver is a coroutine function.
        plain: As `simple`, but some or all receivers may take the payload.
        functions: Whether all receivers are weakly held functions, to be got at by the shortest way.
        payloads: As `functions`, and all take the payload.
        asynchronous: Whether all receivers are coroutine functions.
        coroutines: As `functions`, and all are coroutine functions.
    """

    __slots__ = (
        "asynchronous",
        "by_keywords",
        "coroutines",
        "functions",
        "observers",
        "payloads",
        "plain",
        "reaches_anyone",
        "refs",
        "simple",
    )

    def __init__(
        self, refs: tuple[ReceiverRef, ...], observers: tuple[Observer, ...] = (), *, is_awaited: bool = False
    ) -> None:
        self.refs: Final = refs
        self.observers: Final = observers
        self.reaches_anyone: Final = bool(refs) or is_awaited
        stays = not observers and not any(ref.terms.once for ref in refs)
        self.plain: Final = stays and not any(ref.terms.is_async for ref in refs)
        self.by_keywords: Final = stays and not any(ref.terms.as_payload for ref in refs)
        self.simple: Final = self.plain and self.by_keywords
        self.functions: Final = all(ref.strong is None and ref.function is None for ref in refs)
        self.payloads: Final = self.functions and all(ref.terms.as_payload for ref in refs)
        self.asynchronous: Final = all(ref.terms.is_async for ref in refs)
        self.coroutines: Final = self.functions and self.asynchronous


NOBODY: Final = Snapshot(())
"""The snapshot of all tables without connections."""
