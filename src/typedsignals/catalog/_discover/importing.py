"""Import all modules of packages; a module that fails does not stop the others."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from .module_files import is_within
from .problems import Problem, failed_import


class Importer:
    """Imports packages with all their modules, except ``__main__``, which would run the program.

    A folder without ``__init__.py`` in a package may contain anything, so its modules are imported only if the program
    itself imports from it.

    Args:
        watch: Called with the name of each module before it is imported.
        exclude: The names of modules to leave out, including all modules in them.

    Attributes:
        modules: The names of all modules so far, whether or not they could be imported.
        problems: The modules that could not be imported.
    """

    def __init__(self, watch: Callable[[str], object], exclude: Iterable[str] = ()) -> None:
        self._watch = watch
        self._exclude = tuple(exclude)
        self._folders: list[str] = []
        self.modules: list[str] = []
        self.problems: list[Problem] = []

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names, as packages, of folders without ``__init__.py`` whose modules the program does not import."""
        return tuple(name for name in self._folders if name not in self.modules)

    def add_all(self, packages: Iterable[str]) -> None:
        """Import packages, and those of their modules that they import from other folders."""
        packages = tuple(packages)
        found = packages
        while found:
            for name in found:
                self.add(name)
            found = tuple(name for name in sorted(sys.modules) if is_within(name, packages) and self._is_new(name))

    def _is_new(self, name: str) -> bool:
        # Some entries are other modules under this name.
        spec = getattr(sys.modules[name], "__spec__", None)
        return getattr(spec, "name", None) == name and name not in self.modules and not self.is_excluded(name)

    def is_excluded(self, name: str) -> bool:
        """Whether a module is to be left out."""
        return is_within(name, self._exclude)

    def add(self, name: str) -> None:
        """Import a module and, if it is a package, its modules in the order of their names."""
        if name in self.modules or self.is_excluded(name) or name == "__main__":  # it would be the one that runs
            return
        self.modules.append(name)
        if name.rpartition(".")[2] == "__main__":
            return
        self._watch(name)
        module = self._imported(name)
        folders = [*getattr(module, "__path__", ())]
        inner = sorted(info.name for info in pkgutil.iter_modules(folders))
        for inner_name in inner:
            self.add(f"{name}.{inner_name}")
        unmarked = (folder for folder in _folders_with_modules(folders) if folder not in inner)
        self._folders += [full for folder in unmarked if not self.is_excluded(full := f"{name}.{folder}")]

    def _imported(self, name: str) -> ModuleType | None:
        try:
            return importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # including those that end a program or skip a test module
            self.problems.append(failed_import(name, error))
            return None


def _folders_with_modules(folders: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for folder in map(Path, folders):
        with suppress(OSError):  # a zip file, or an unreadable folder
            inner = [path for path in folder.iterdir() if path.name.isidentifier()]
            found |= {path.name for path in inner if any(pkgutil.iter_modules([str(path)]))}
    return sorted(found)
