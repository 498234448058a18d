"""Compare a committed catalog with what the program declares now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ..catalog import Catalog, CatalogError, differences, from_json
from ..catalog._records.counting import counted
from ..catalog._records.reading import read_text
from ._errors import CommandError

SHOWN = 10
"""How many differences are listed before the rest is only counted."""


def staleness(file: Path, text: str, catalog: Catalog) -> list[str]:
    """List the differences between a file and what it should hold; none if it is up to date.

    Args:
        file: The file.
        text: What it should hold.
        catalog: The catalog that the text was made from.

    Raises:
        CommandError: The file cannot be read.
    """
    try:
        found = read_text(file, "utf-8", "backslashreplace")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    if found == text:
        return []
    lines = _differences(file, found, catalog) or [_difference_in_lines(found, text)]
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"and {len(lines) - SHOWN} more"]


def _differences(file: Path, found: str, catalog: Catalog) -> list[str]:
    try:
        return [*differences(from_json(found, str(file)), catalog)]
    except CatalogError:  # it is in another format, or damaged
        return []


def _difference_in_lines(found: str, text: str) -> str:
    before, after = Counter(found.splitlines()), Counter(text.splitlines())
    return f"{counted((after - before).total(), 'line')} to add, {(before - after).total()} to remove"
