"""Import the program that a command is about, so that it can neither disturb the command nor be disturbed by it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from ..catalog import Discovery, Problem, discover
from ._terminal.progress import progress
from ._terminal.streams import complain, descriptor_on_stderr, remark

MOST_SHOWN = 10
"""How many modules that fail because of another are named before the rest is only counted."""


def discovered(packages: Sequence[str], exclude: Sequence[str], out: TextIOWrapper) -> Discovery:
    """Import packages as a program in the current folder would, and catalog their signals.

    Args:
        packages: The names of the packages.
        exclude: The names of modules in them to leave out.
        out: Standard output, which the packages must not write to.
    """
    sys.path[:0] = map(str, import_folders(packages, Path.cwd()))
    sys.argv[1:] = []
    with (
        _kept_streams(),
        _no_sudden_end(),
        chdir("."),
        warnings.catch_warnings(),
        descriptor_on_stderr(out),
        progress(packages) as watch,
    ):
        warnings.simplefilter("ignore")
        discovery = discover(packages, watch, exclude)
    for name in discovery.left_out:
        remark(
            f"note: {name.replace('.', '/')} has modules but no __init__.py, and the program does not import them: "
            f"they are left out; name {name} as well, or exclude it in [tool.typedsignals]"
        )
    return discovery


def import_folders(packages: Sequence[str], folder: Path) -> list[Path]:
    """Return the folders to search first: this one, and its ``src`` if a package is in it or cannot be found."""
    source = folder / "src"
    tops = {package.partition(".")[0] for package in packages}
    is_wanted = any(_has(source, top) or not (_has(folder, top) or _is_known(top)) for top in tops)
    return [folder, source] if is_wanted else [folder]


def _has(folder: Path, top: str) -> bool:
    return (folder / top).is_dir() or (folder / f"{top}.py").is_file()


def _is_known(top: str) -> bool:
    return top in sys.modules or find_spec(top) is not None


@contextmanager
def _kept_streams() -> Iterator[None]:
    """Give the program an empty standard input, and afterwards undo what it did to the standard streams."""
    before = sys.stdin, sys.stdout, sys.stderr
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = before


@contextmanager
def _no_sudden_end() -> Iterator[None]:
    """Turn ``os._exit`` into an import problem; a process that the program has forked can still end by it."""
    process, end = os.getpid(), os._exit

    def end_import(status: int) -> NoReturn:
        if os.getpid() != process:
            end(status)
        raise SystemExit(f"os._exit({status})")

    os._exit = end_import
    try:
        yield
    finally:
        os._exit = end


def has_problems(discovery: Discovery) -> bool:
    """Report what could not be catalogued, and return whether there was anything."""
    for lines in _messages(discovery.problems):
        complain(*lines)
    return bool(discovery.problems)


def _messages(problems: Iterable[Problem]) -> Iterator[list[str]]:
    """Write the lines of a message for each cause, with the modules that fail because of it."""
    causes: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        causes.setdefault((problem.cause or problem.module, problem.message), []).append(problem)
    for (cause, message), same in causes.items():
        details = (f"    {line}" for line in same[0].details)
        others = [problem.module for problem in same if problem.module != cause]
        yield [f"{cause}: {message}", *details, *_consequence(others)]


def _consequence(others: list[str]) -> list[str]:
    if not others:
        return []
    more = f" and {len(others) - MOST_SHOWN} more" if len(others) > MOST_SHOWN else ""
    return [f"  this also keeps {', '.join(others[:MOST_SHOWN])}{more} from importing"]


def nothing_found(discovery: Discovery) -> list[str]:
    """Write the message for a program without signals: one line, and one for each likely reason."""
    packages = ", ".join(discovery.catalog.packages)
    lines = (f"  {line}" for line in discovery.seen)
    return [f"no signals were found in {packages}: name the packages that declare them", *lines]
