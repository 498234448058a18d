"""A sign of life while a program is imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

DELAY = 1.0
"""Seconds; what is over sooner needs no sign of life."""


@contextmanager
def progress() -> Iterator[Callable[[str], object]]:
    """What to call with the name of each module before it is imported: it is shown on a terminal, and then gone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda module: None
        return
    # How many modules there are is known only when all are imported: the bar moves, but does not fill.
    columns = BarColumn(bar_width=20), TextColumn("{task.description}", markup=False)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    task = bar.add_task("importing", total=None)
    timer = Timer(DELAY, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda module: bar.update(task, description=f"importing {module}")
    finally:
        timer.cancel()
        timer.join()  # it may be starting the bar just now
        bar.stop()
