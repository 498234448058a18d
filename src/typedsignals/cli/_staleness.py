"""Whether a committed catalog is still what the program declares."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ..catalog import Catalog, CatalogError, differences, from_json
from ._errors import CommandError
from ._terminal.counting import counted

SHOWN = 10
"""How many differences are told one by one."""


def staleness(file: Path, text: str, catalog: Catalog) -> list[str]:
    """What is different in a file, in short; nothing if it is up to date.

    Args:
        file: The file.
        text: What should be in it.
        catalog: What the text was made from.

    Raises:
        CommandError: The file cannot be read.
    """
    try:
        found = file.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    return [] if found == text else _shortened(_differences(file, found, text, catalog))


def _differences(file: Path, found: str, text: str, catalog: Catalog) -> list[str]:
    try:
        told = differences(from_json(found, str(file)), catalog)
    except CatalogError:
        told = ()
    return [*told] or [_difference_in_lines(found, text)]


def _difference_in_lines(found: str, text: str) -> str:
    before, after = Counter(found.splitlines()), Counter(text.splitlines())
    return f"{counted((after - before).total(), 'line')} to add, {(before - after).total()} to remove"


def _shortened(lines: list[str]) -> list[str]:
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"and {len(lines) - SHOWN} more"]
