"""Name files relative to the program, independent of the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType


def is_within(module: str, packages: Iterable[str]) -> bool:
    """Whether a module is one of some packages, or inside one of them."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def relative_file(file: str, module: str) -> str:
    """Return a file relative to the folder that its module is imported from; its bare name if that folder is unknown.

    Args:
        file: The file, as the interpreter names it.
        module: The module whose code is in the file.
    """
    path = Path(file)
    for root in chain(_roots_of(module), _path_entries()):
        if path.is_absolute() and root in path.parents:
            return path.relative_to(root).as_posix()
    return path.name


def _path_entries() -> Iterator[Path]:
    """Yield the folders that modules are imported from, inner folders before outer ones."""
    yield from sorted(map(Path, sys.path), key=lambda entry: -len(entry.parts))


def _roots_of(name: str) -> Iterator[Path]:
    """Yield the folder that a module, or else the nearest package around it, is imported from."""
    while name:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if isinstance(module, ModuleType) and file:
            yield Path(file).parents[name.count(".") + hasattr(module, "__path__")]
            return
        name = name.rpartition(".")[0]
