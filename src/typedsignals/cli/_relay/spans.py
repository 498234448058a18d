"""Read lengths of time."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def span(text: str) -> timedelta:
    """Read a length of time, such as ``30d``.

    Raises:
        ValueError: It is none.
    """
    match = re.fullmatch(r"(\d+)([smhdw])", text)
    if match is None:
        raise ValueError(f"{text!r} is not a time such as 30d, 12h or 90m")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
