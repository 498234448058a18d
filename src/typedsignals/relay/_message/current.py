"""The message that a receiver is being called with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

_current: ContextVar[CurrentMessage] = ContextVar("typedsignals_current_message")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentMessage:
    """What a receiver may ask about the message that it is called with.

    Attributes:
        id: The message's identifier. A message that is delivered again has the same.
        type: The full name of the signal.
        source: The name of the relay that published it.
        group: The group for which the receiver is called.
        attempt: 1 for the first delivery.
        time: When it was published.
    """

    id: str
    type: str
    source: str
    group: str
    attempt: int
    time: datetime


def current_message() -> CurrentMessage:
    """Return the message that the calling receiver is called with.

    Raises:
        LookupError: No relayed receiver is being called.
    """
    try:
        return _current.get()
    except LookupError:
        raise LookupError("there is no current message: this code was not called by a relay's worker") from None


@contextmanager
def being_current(message: CurrentMessage) -> Iterator[None]:
    """Make a message the current one in a block."""
    token = _current.set(message)
    try:
        yield
    finally:
        _current.reset(token)
