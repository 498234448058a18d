"""Decide what becomes of a message whose receiver raised, and say why without its text, which may hold values."""

from __future__ import annotations

from dataclasses import dataclass
from random import uniform
from typing import TYPE_CHECKING

from pydantic import ValidationError

from .._errors import MalformedMessageError, Reject, Retry

if TYPE_CHECKING:
    from types import TracebackType

    from .._declared.receivers import Receiver

SHORTEST_DELAY = 1.0
LONGEST_DELAY = 3600.0
"""The delays between attempts double from the first to the second of these, in seconds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message.

    Attributes:
        reason: Why, for people.
        delay: After how many seconds it is delivered again; None if it is dead.
        counts: Whether the attempt counts.
    """

    reason: str
    delay: float | None
    counts: bool = True


def verdict(receiver: Receiver, error: Exception, attempt: int, age: float) -> Verdict:
    """Decide what becomes of a message whose receiver raised this."""
    reason = reason_of(error)
    if isinstance(error, Reject):
        return Verdict(f"{reason}: {error.reason}" if error.reason else reason, None)
    if isinstance(error, MalformedMessageError):
        return Verdict(reason, None)
    if isinstance(error, Retry):
        if age + error.after > receiver.max_age:
            return Verdict(f"{reason}; it is older than its receiver allows", None)
        return Verdict(reason, error.after, counts=False)
    if attempt >= receiver.attempts:
        return Verdict(reason, None)
    return Verdict(reason, backoff(attempt))


def backoff(attempt: int) -> float:
    """Return how long to wait after an attempt that failed, with some jitter, in seconds."""
    delay = min(SHORTEST_DELAY * 2.0 ** min(attempt - 1, 30), LONGEST_DELAY)
    return delay * uniform(0.75, 1.25)  # noqa: S311 - so that not all try again at once


def reason_of(error: Exception) -> str:
    """Name an error's class, and the line that raised it."""
    place = _place(error.__traceback__)
    if isinstance(error, ValidationError):
        kinds = sorted({detail["type"] for detail in error.errors(include_url=False, include_input=False)})
        return f"{error.title} is not valid: {', '.join(kinds)}"
    return f"{type(error).__qualname__}{f' at {place}' if place else ''}"


def _place(traceback: TracebackType | None) -> str:
    """Return the file and line where an error was raised."""
    place = ""
    while traceback is not None:
        place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
