"""Show progress while a program is imported."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ...catalog._records.escaping import one_line

DELAY = 1.0
"""Seconds; a shorter import shows nothing."""


@contextmanager
def progress(packages: Iterable[str]) -> Iterator[Callable[[str], object]]:
    """Show a progress bar on a terminal while packages are imported, and remove it afterwards.

    Args:
        packages: The names of the packages.

    Yields:
        A function to call with the name of each module before it is imported.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda module: None
        return
    columns = BarColumn(bar_width=20), MofNCompleteColumn(), TextColumn("{task.description}", markup=False)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    task = bar.add_task("importing", total=sum(map(number_of_modules, set(packages))))
    done = count()
    timer = Timer(DELAY, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda module: bar.update(task, completed=next(done), description=f"importing {one_line(module)}")
    finally:
        timer.cancel()
        timer.join()  # it may be starting the bar at this moment
        bar.stop()


def number_of_modules(name: str) -> int:
    """Count the modules of a package, itself included, without importing it."""
    top, *steps = name.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):  # importing it will report why; or a module without a spec is already imported
        spec = None
    folders = (spec and spec.submodule_search_locations) or ()
    return 1 + _number_within(["/".join((folder, *steps)) for folder in folders])


def _number_within(folders: list[str]) -> int:
    found = [info for info in pkgutil.iter_modules(folders) if info.name != "__main__"]
    packages = (info.name for info in found if info.ispkg)
    return len(found) + sum(_number_within([f"{folder}/{name}" for folder in folders]) for name in packages)
