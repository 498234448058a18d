"""Find the folders of packages in a project, because locations in a catalog are relative to those folders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .._records.signals import Catalog, Located


def project_root(folder: Path) -> Path:
    """Return the top of the git repository around a folder; the folder itself if there is no repository."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def folder_in(root: Path, folder: Path) -> str:
    """Return a folder as reports show it: ``src/``, relative to the project's root; empty if it is not inside."""
    root, folder = root.resolve(), folder.resolve()
    return f"{folder.relative_to(root).as_posix()}/" if root in folder.parents else ""


def folders_of(catalog: Catalog, root: Path) -> dict[str, str]:
    """Return the folder of each top-level package and module in a catalog. The program has to be imported.

    Args:
        catalog: The catalog of the program.
        root: The project's root. Packages that are directly in it or outside it are left out.
    """
    tops = sorted({located.file.partition("/")[0] for located in _located(catalog)})
    found = {top: _folder(top, root) for top in tops}
    return {top: folder for top, folder in found.items() if folder}


def _located(catalog: Catalog) -> Iterator[Located]:
    for signal in catalog.signals:
        yield from (signal, *signal.receivers, *signal.sends)
    yield from catalog.unresolved_sends


def _folder(top: str, root: Path) -> str:
    """Return the folder that a package is imported from. Of several folders, the first one in the project counts."""
    return next(filter(None, (folder_in(root, path.parent) for path in _paths(top.removesuffix(".py")))), "")


def _paths(name: str) -> Iterator[Path]:
    """Yield the folders of a package, or the file of a module."""
    module = sys.modules.get(name)
    yield from map(Path, getattr(module, "__path__", ()))
    if not hasattr(module, "__path__") and (file := getattr(module, "__file__", None)):
        yield Path(file)
