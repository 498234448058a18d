"""Naming files by where they are in a program, and not where on a machine."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType


def is_within(module: str, packages: Iterable[str]) -> bool:
    """Whether a module is one of some packages, or in one of them."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def relative_file(file: str, module: str) -> str:
    """The file, relative to the root that its module is imported from; its bare name if it lies nowhere known.

    Args:
        file: As the interpreter knows it.
        module: The module whose code is in it.
    """
    path = Path(file)
    for root in chain(_roots_of(module), _path_entries()):
        if path.is_absolute() and root in path.parents:
            return path.relative_to(root).as_posix()
    return path.name


def _path_entries() -> Iterator[Path]:
    """The folders that modules are imported from, inner ones before those around them."""
    yield from sorted(map(Path, sys.path), key=lambda entry: -len(entry.parts))


def _roots_of(name: str) -> Iterator[Path]:
    """Where the module, or else the nearest package around it, is imported from."""
    while name:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if isinstance(module, ModuleType) and file:
            yield Path(file).parents[name.count(".") + hasattr(module, "__path__")]
            return
        name = name.rpartition(".")[0]
