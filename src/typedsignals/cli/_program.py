"""Importing the program that a command is about, in surroundings where it does no harm."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from io import TextIOWrapper
from pathlib import Path

from ..catalog import Discovery, discover
from ._progress import progress
from ._streams import complain, descriptor_on_stderr


def discovered(packages: Sequence[str], out: TextIOWrapper) -> Discovery:
    """Import packages and catalog their signals, as a program of the current folder would import them.

    Args:
        packages: Their names.
        out: Standard output, which they may not write to.
    """
    sys.path[:0] = map(str, import_folders(packages, Path.cwd()))
    sys.argv[1:] = []
    with _no_input(), chdir("."), warnings.catch_warnings(), descriptor_on_stderr(out), progress() as watch:
        warnings.simplefilter("ignore")
        return discover(packages, watch)


def import_folders(packages: Sequence[str], folder: Path) -> list[Path]:
    """The folders that come first on the path: this one, and its ``src`` if a package is in there."""
    source = folder / "src"
    tops = {package.partition(".")[0] for package in packages}
    is_there = any((source / top).is_dir() or (source / f"{top}.py").is_file() for top in tops)
    return [folder, source] if is_there else [folder]


@contextmanager
def _no_input() -> Iterator[None]:
    """Nobody is asked anything: a program that reads from standard input finds its end."""
    before = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = before


def has_problems(discovery: Discovery) -> bool:
    """Tell what could not be catalogued, if anything."""
    for problem in discovery.problems:
        complain(str(problem))
    return bool(discovery.problems)
