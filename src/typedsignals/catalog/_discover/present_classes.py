"""Find the classes that a catalog names in the running program."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from .._records.fingerprint import dotted_name


def present_name(name: str) -> str | None:
    """Return the present name of the class that imported modules have under some name.

    Args:
        name: A module and qualified name; type arguments are ignored.

    Returns:
        None if there is no class with that name.
    """
    parts = name.partition("[")[0].split(".")
    homes = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    home = next((module for module in homes if module in sys.modules), "")
    found: Any = sys.modules.get(home)
    for part in parts[home.count(".") + 1 :]:
        found = _attribute(found, part)
    return dotted_name(found) if isinstance(found, type) else None


def is_defined(name: str) -> bool:
    """Whether an imported module has a class with that name, which is not only an old name for another one.

    Args:
        name: A module and qualified name; type arguments are ignored.
    """
    return present_name(name) == name.partition("[")[0]


def _attribute(thing: Any, name: str) -> Any:
    """Return an attribute, without the warnings of modules that compute it on access."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return getattr(thing, name, None)
        except Exception:  # raised by the program's own code: there is no such class
            return None
