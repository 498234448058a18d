"""Importing all modules of a package, where what is wrong with one does not hide the others."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .._suggestion import closest
from ._places import is_within, relative_file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be catalogued.

    Attributes:
        module: The module that it is in.
        message: What happened, where, and what to do.
        cause: The module that is to blame, if it is another one, which this one imports.
    """

    module: str
    message: str
    cause: str | None = None

    def __str__(self) -> str:
        return f"{self.module}: {self.message}"


class Importer:
    """Imports packages with all that is in them, except ``__main__``, which would run the program.

    A folder without ``__init__.py`` in a package may hold anything, and running it may do anything. It is taken for a
    part of the package where the program itself imports from it.

    Args:
        watch: Called with the name of each module before it is imported.
        exclude: Modules to leave out, with all that is in them.

    Attributes:
        modules: The names of all modules so far, imported or not.
        problems: Those that do not import.
    """

    def __init__(self, watch: Callable[[str], object], exclude: Iterable[str] = ()) -> None:
        self._watch = watch
        self._exclude = tuple(exclude)
        self._folders: list[str] = []
        self.modules: list[str] = []
        self.problems: list[Problem] = []

    @property
    def left_out(self) -> tuple[str, ...]:
        """Folders with modules but no ``__init__.py``, by what they would be imported as, which nobody did."""
        return tuple(name for name in self._folders if name not in self.modules)

    def add_all(self, packages: Iterable[str]) -> None:
        """Import packages, and what they have imported of themselves from elsewhere."""
        packages = tuple(packages)
        found = packages
        while found:
            for name in found:
                self.add(name)
            found = tuple(name for name in sorted(sys.modules) if is_within(name, packages) and self._is_new(name))

    def _is_new(self, name: str) -> bool:
        # Not what is only called so, as a module that a package has of others.
        spec = getattr(sys.modules[name], "__spec__", None)
        return getattr(spec, "name", None) == name and name not in self.modules and not self._is_excluded(name)

    def _is_excluded(self, name: str) -> bool:
        return is_within(name, self._exclude)

    def add(self, name: str) -> None:
        """Import a module and, if it is a package, its modules by their names' order."""
        if name in self.modules or self._is_excluded(name):
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
        self._folders += [full for folder in unmarked if not self._is_excluded(full := f"{name}.{folder}")]

    def _imported(self, name: str) -> ModuleType | None:
        try:
            return importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also what ends a program, or skips a module of tests
            self.problems.append(_problem(name, error))
            return None


def _folders_with_modules(folders: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for folder in map(Path, folders):
        with suppress(OSError):  # a zip file, or one that may not be read
            inner = [path for path in folder.iterdir() if path.name.isidentifier()]
            found |= {path.name for path in inner if any(pkgutil.iter_modules([str(path)]))}
    return sorted(found)


def _problem(name: str, error: BaseException) -> Problem:
    if isinstance(error, ModuleNotFoundError) and error.name and is_within(name, [error.name]):
        return Problem(name, _absence(error.name))
    cause = _cause(name, error)
    return Problem(name, _explanation(cause, error), None if cause == name else cause)


def _absence(name: str) -> str:
    parent, _, last = name.rpartition(".")
    folders = getattr(sys.modules.get(parent), "__path__", ()) if parent else None
    meant = closest(last, (info.name for info in pkgutil.iter_modules(folders)))
    if meant:
        return f"there is no module {name!r}; did you mean {'.'.join(filter(None, (parent, meant)))!r}?"
    return f"there is no module {name!r}; check the name, and that its folder is on the path (PYTHONPATH)"


def _cause(name: str, error: BaseException) -> str:
    """The innermost module that has failed: those that import it fail with the same error."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith(".py"):
        steps = relative_file(error.filename, name).removesuffix(".py").removesuffix("/__init__")
        return steps.replace("/", ".")
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>"]
    running = (frame.f_globals.get("__name__") for frame in reversed(frames))  # none has what `exec` runs by itself
    return next((module for module in running if module and module not in sys.modules), name)


def _explanation(name: str, error: BaseException) -> str:
    # The first line has what happened, but for a syntax error: its place, which `_place` gives without folders.
    lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return f"does not import: {lines[-1 if isinstance(error, SyntaxError) else 0]}{_place(name, error)}"


def _place(name: str, error: BaseException) -> str:
    """The last place in the package that the error passed through, as `` (file:line)``."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({relative_file(error.filename, name)}:{error.lineno})"
    top = name.partition(".")[0]
    places = [place for module, *place in _passed(error) if is_within(module, [top])]
    return f" ({places[-1][0]}:{places[-1][1]})" if places else ""


def _passed(error: BaseException) -> Iterator[tuple[str, str, int]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        yield module, relative_file(frame.f_code.co_filename, module), line
