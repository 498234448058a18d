"""Importing the program that a command is about, in surroundings where it does no harm."""

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
"""How many modules are named that do not import because of another."""


def discovered(packages: Sequence[str], exclude: Sequence[str], out: TextIOWrapper) -> Discovery:
    """Import packages and catalog their signals, as a program of the current folder would import them.

    Args:
        packages: Their names.
        exclude: The names of modules in them to leave out.
        out: Standard output, which they may not write to.
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
    """The folders that come first on the path: this one, and its ``src`` if a package is in there, or is nowhere."""
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
    """Nobody is asked anything, and what the program puts in the place of our streams is gone in the end.

    If it reads from standard input, it finds its end.
    """
    before = sys.stdin, sys.stdout, sys.stderr
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = before


@contextmanager
def _no_sudden_end() -> Iterator[None]:
    """A module that ends the process at once does not import; processes that it has forked may end as they like."""
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
    """Tell what could not be catalogued, if anything."""
    for lines in _told(discovery.problems):
        complain(*lines)
    return bool(discovery.problems)


def _told(problems: Iterable[Problem]) -> Iterator[list[str]]:
    """The lines of a message for each cause, with the modules that do not import because of it."""
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
    return [f"  for that reason, neither {'does' if len(others) == 1 else 'do'} {', '.join(others[:MOST_SHOWN])}{more}"]


def nothing_found(discovery: Discovery) -> list[str]:
    """What is said where there are no signals: a line, and one for each reason."""
    packages = ", ".join(discovery.catalog.packages)
    lines = (f"  {line}" for line in discovery.seen)
    return [f"no signals were found in {packages}: name the packages that declare them", *lines]
