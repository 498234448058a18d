"""Finding the name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

SIMILAR = 0.75
"""From which similarity on a name is taken for another that is misspelt; below, ``other`` would pass for ``note``."""

LONGEST_NAME = 60
"""How many characters of a name are looked at; it may be data, of any length."""


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that is nearest; None if none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - importing this package must not cost it

    return next(iter(get_close_matches(name[:LONGEST_NAME], list(names), 1, SIMILAR)), None)
