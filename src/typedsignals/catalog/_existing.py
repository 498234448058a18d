"""Whether classes that a catalog names are there in the program that runs."""

from __future__ import annotations

import sys
from typing import Any

from ._fingerprints import dotted_name


def is_defined(name: str) -> bool:
    """Whether a module that has been imported has a class that is called so, and not only its former name.

    Args:
        name: Its module and qualified name; type arguments do not matter.
    """
    parts = name.partition("[")[0].split(".")
    homes = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    home = next((module for module in homes if module in sys.modules), "")
    found: Any = sys.modules.get(home)
    for part in parts[home.count(".") + 1 :]:
        found = getattr(found, part, None)
    return isinstance(found, type) and dotted_name(found) == ".".join(parts)
