"""Keys for parts of a document whose names may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FOREIGN = re.compile(r"[^A-Za-z0-9_.-]+")


def identifiers(names: Iterable[str]) -> Mapping[str, str]:
    """A key of letters, digits, ``_``, ``.`` and ``-`` for each name, no two of which are the same.

    Args:
        names: The names, each once; of two that differ in other characters alone, the later one gets a number.
    """
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        bare = FOREIGN.sub("_", name).strip("_") or "_"
        number, key = 1, bare
        while key in taken:
            number += 1
            key = f"{bare}-{number}"
        taken.add(key)
        keys[name] = key
    return keys
