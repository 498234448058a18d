"""The message that a receiver is being called with."""

from __future__ import annotations

from contextvars import ContextVar, Token
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


class being_current:  # noqa: N801 - used as a function
    """Make a message the current one in a block; a generator would take several times as long.

    Args:
        message: The message.
    """

    __slots__ = ("_message", "_token")

    def __init__(self, message: CurrentMessage) -> None:
        self._message = message

    def __enter__(self) -> None:
        self._token: Token[CurrentMessage] = _current.set(self._message)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
