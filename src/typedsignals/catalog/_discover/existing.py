"""Whether classes that a catalog names are there in the program that runs."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from .._records.fingerprint import dotted_name


def present_name(name: str) -> str | None:
    """The name of the class that imported modules have under another, or under its own.

    Args:
        name: A module and qualified name; type arguments do not matter.

    Returns:
        None if there is no class of that name.
    """
    parts = name.partition("[")[0].split(".")
    homes = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    home = next((module for module in homes if module in sys.modules), "")
    found: Any = sys.modules.get(home)
    for part in parts[home.count(".") + 1 :]:
        found = _attribute(found, part)
    return dotted_name(found) if isinstance(found, type) else None


def is_defined(name: str) -> bool:
    """Whether a module that has been imported has a class that is called so, and not only its former name.

    Args:
        name: Its module and qualified name; type arguments do not matter.
    """
    return present_name(name) == name.partition("[")[0]


def _attribute(thing: Any, name: str) -> Any:
    """An attribute, which a module may make up when it is asked for, and warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return getattr(thing, name, None)
        except Exception:  # code of the program's, by which there is no such class
            return None
