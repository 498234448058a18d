"""Where in a project its packages are: locations in a catalog start at the folder that a package is imported from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .._records.signals import Catalog, Located


def project_root(folder: Path) -> Path:
    """The top of the git repository that a folder is in; the folder itself if it is in none.

    Args:
        folder: Where to start.
    """
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def folder_in(root: Path, folder: Path) -> str:
    """A folder as reports name it, as ``src/``; empty if it is the root, or not in it.

    Args:
        root: The project's root.
        folder: The folder.
    """
    root, folder = root.resolve(), folder.resolve()
    return f"{folder.relative_to(root).as_posix()}/" if root in folder.parents else ""


def folders_of(catalog: Catalog, root: Path) -> dict[str, str]:
    """The folder of each package and module in a catalog whose program has been imported, for a report.

    Args:
        catalog: What was discovered.
        root: The project's root, which folders are relative to; what lies in it directly or elsewhere is left out.
    """
    tops = sorted({located.file.partition("/")[0] for located in _located(catalog)})
    found = {top: _folder(top, root) for top in tops}
    return {top: folder for top, folder in found.items() if folder}


def _located(catalog: Catalog) -> Iterator[Located]:
    for signal in catalog.signals:
        yield from (signal, *signal.receivers, *signal.sends)
    yield from catalog.unresolved_sends


def _folder(top: str, root: Path) -> str:
    """The folder that it is imported from; of several that a namespace package has, the first within the project."""
    return next(filter(None, (folder_in(root, place.parent) for place in _places(top.removesuffix(".py")))), "")


def _places(name: str) -> Iterator[Path]:
    """The folders of a package, or the file of a module."""
    module = sys.modules.get(name)
    yield from map(Path, getattr(module, "__path__", ()))
    if not hasattr(module, "__path__") and (file := getattr(module, "__file__", None)):
        yield Path(file)
