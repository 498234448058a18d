"""What there is to know of a connection: a record for people and tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .references import ReceiverRef


@dataclass(frozen=True, slots=True)
class Connection:
    """One entry of `Signal.connections`, as it was when it was asked for.

    Attributes:
        receiver: What is called.
        sender: The sender that it is called for, or `ANY`.
        weak: Whether the receiver may be garbage-collected.
        as_payload: Whether it gets the payload object instead of keywords.
        priority: Higher ones are called earlier.
        once: Whether it is disconnected when it is called.
        thread: Whether `Signal.send_concurrent` calls it in a worker thread.
        is_async: Whether it is a coroutine function, which only `Signal.send_async` can await.
        takes_extra: Whether it has ``**extra``.
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

    @classmethod
    def of(cls, ref: ReceiverRef, receiver: Callable[..., Any], sender: object) -> Connection:
        """The record of an entry of the connection table."""
        terms = ref.terms
        return cls(
            receiver=receiver,
            sender=sender,
            weak=ref.strong is None,
            as_payload=terms.as_payload,
            priority=terms.priority,
            once=terms.once,
            thread=terms.thread,
            is_async=terms.is_async,
            takes_extra=terms.shape.takes_extra,
        )
