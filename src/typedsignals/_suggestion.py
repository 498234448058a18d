"""Find the name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

SIMILAR = 0.75
"""How similar a name must be to count as the one that was meant; with less, ``other`` would suggest ``note``."""

LONGEST_NAME = 60
"""How many characters of a name are compared: it may be data, of any length."""


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the most similar of the names; None if none is similar enough."""
    from difflib import get_close_matches  # noqa: PLC0415 - not needed to import this package

    return next(iter(get_close_matches(name[:LONGEST_NAME], list(names), cutoff=SIMILAR)), None)
