"""The errors of the relay, and what receivers raise to say what becomes of a message."""

from __future__ import annotations

from datetime import timedelta

from .. import TypedSignalsError


class RelayError(TypedSignalsError, RuntimeError):
    """The relay cannot do what it is asked for: there is no transaction, a table is missing, a payload is too large."""


class MalformedMessageError(TypedSignalsError, ValueError):
    """What was received is not a message that the relay can read; it would not be the next time either."""


class Retry(Exception):  # noqa: N818 - it says what to do, as `StopIteration` does
    """Raised by a receiver: deliver the message again later. It does not use up an attempt.

    Args:
        after: How long to wait, in seconds or as a ``timedelta``.
    """

    def __init__(self, *, after: float | timedelta = 1.0) -> None:
        seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
        if not seconds >= 0:
            raise ValueError(f"after= must be 0 seconds or more, not {seconds}")
        super().__init__(f"again after {seconds} s")
        self.after = seconds


class Reject(Exception):  # noqa: N818 - as above
    """Raised by a receiver: the message will never succeed; put it with the dead ones.

    Args:
        reason: Why. It is stored, and shown by ``relay dead``: put no values of the payload into it.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
