"""Measure typedsignals and its peers, and show or save the figures: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from pathlib import Path

from rich.progress import Progress

from .big_program import big_program_seconds
from .checking import seconds_of_checking
from .footprint import bytes_per_connection, bytes_per_signal, import_milliseconds, seconds_alone_and_together
from .measure import interleaved, medians, pin_to_one_processor
from .report import Figures, plot, save, show, write_tables
from .workloads import WORKLOADS, Workload


def main() -> None:
    """Run the selected workloads."""
    options = _options()
    chosen = [workload for workload in WORKLOADS if options.only in workload.name]
    figures: Figures = {}
    units: dict[str, str] = {}
    for name, unit, measure in _footprint(options.rounds):
        if options.only in name:
            figures[name], units[name] = measure(), unit
    pin_to_one_processor()
    with Progress() as progress:
        task = progress.add_task("measuring", total=len(chosen) * options.rounds)
        for workload in chosen:
            progress.update(task, description=workload.name)
            figures[workload.name] = _measured(workload, options.rounds, lambda: progress.advance(task))
            units[workload.name] = f"nanoseconds per {workload.per}"
    show(figures, units)
    if options.json:
        save(options.json, figures, units)
    if options.tables:
        write_tables(options.tables, figures, units)
    if options.plots:
        plot(options.plots, figures, units)


def _measured(workload: Workload, rounds: int, tick: Callable[[], object]) -> dict[str, float]:
    cases = {name: make() for name, make in workload.cases.items()}
    times = medians(interleaved(cases, rounds, tick))
    cases.clear()
    gc.collect()
    return times


def _footprint(rounds: int) -> list[tuple[str, str, Callable[[], dict[str, float]]]]:
    """List what is not a time per send, with its name, its unit, and the function that measures it."""
    return [
        ("memory per weakly held function", "bytes", bytes_per_connection),
        ("memory per signal, of 10,000", "bytes", bytes_per_signal),
        ("import", "milliseconds", lambda: import_milliseconds(rounds)),
        ("two threads, 10 receivers", "seconds", lambda: seconds_alone_and_together(20 * rounds * 50)),
        ("a program of 2,000 signals", "seconds", lambda: big_program_seconds(max(1, rounds // 7))),
        ("check this project with mypy", "seconds", lambda: seconds_of_checking(max(1, rounds // 4))),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only the workloads whose name contains this")
    parser.add_argument("--rounds", type=int, default=21, help="how many times to measure each contender (default: 21)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--tables", type=Path, metavar="FILE", help="write the figures as Markdown tables to this file")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw an SVG of each workload into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
