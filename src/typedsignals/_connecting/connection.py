"""The public record of a connection, for people and tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._checking.terms import Options

if TYPE_CHECKING:
    from .references import ReceiverRef


@dataclass(frozen=True, slots=True)
class Connection:
    """One entry of `Signal.connections`: a record that does not change when the connection does.

    Attributes:
        receiver: The callable.
        sender: The sender that the receiver is connected to, or `ANY`.
        weak: Whether the receiver may be garbage-collected.
        as_payload: Whether the receiver gets the payload object instead of keywords.
        priority: A receiver with a higher priority is called earlier.
        once: Whether the receiver is disconnected when it is called.
        thread: Whether `Signal.send_concurrent` calls the receiver in a worker thread.
        is_async: Whether the receiver is a coroutine function, which `Signal.send` cannot await.
        takes_extra: Whether the receiver has ``**extra``.
        key: The name of the connection, or None.
    """

    receiver: Callable[..., Any]
    sender: Any
    weak: bool
    as_payload: bool
    priority: int
    once: bool
    thread: bool
    is_async: bool
    takes_extra: bool
    key: str | None

    @classmethod
    def of(cls, ref: ReceiverRef, receiver: Callable[..., Any], sender: object) -> Connection:
        """Return the record of an entry of the connection table."""
        terms = ref.terms
        return cls(
            receiver=receiver,
            sender=sender,
            weak=ref.strong is None,
            **{option: getattr(terms, option) for option in Options.__match_args__},
            is_async=terms.is_async,
            takes_extra=terms.shape.takes_extra,
            key=ref.key,
        )
