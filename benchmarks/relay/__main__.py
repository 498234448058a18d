"""Try each engine of a relay: what it withstands, and how fast it is: ``python -m benchmarks.relay``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.progress import Progress

from .chaos import LONG, SHORT, Result, chaos
from .engines import ENGINES
from .report import chaos_rows, plot, save, show, speed_rows, write_tables
from .speed import Speed, speed, steps


def main() -> int:
    """Run what is asked for; the status is 1 if a promise was broken."""
    options = _options()
    results, speeds = _found(options)
    tables = {"chaos": chaos_rows(results), "speed": speed_rows(speeds)}
    found = {title: rows for title, rows in tables.items() if len(rows) > 1}
    for title, rows in found.items():
        show(title, rows)
    if options.json:
        save(options.json, results, speeds)
    if options.tables:
        write_tables(options.tables, list(found.values()))
    if options.plot and speeds:
        plot(options.plot, speeds)
    return 0 if all(result.holds for result in results.values()) else 1


def _found(options: argparse.Namespace) -> tuple[dict[str, Result], dict[str, Speed]]:
    engines = options.engine or list(ENGINES)
    results: dict[str, Result] = {}
    speeds: dict[str, Speed] = {}
    with Progress() as progress:
        if options.only != "speed":
            for name in progress.track(engines, description="chaos"):
                results[name] = chaos(name, SHORT if options.short else LONG, seed=options.seed)
        if options.only != "chaos":
            task = progress.add_task("speed", total=len(engines) * steps(options.rounds))
            size = {"messages": options.messages, "rounds": options.rounds, "long": options.long}
            for name in engines:
                speeds[name] = speed(name, tick=lambda: progress.advance(task), **size)
    return results, speeds


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relay", description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(ENGINES), help="only this engine; repeatable")
    parser.add_argument("--only", choices=["chaos", "speed"], help="only this table")
    parser.add_argument("--short", action="store_true", help="kill less, as the project's tests do")
    parser.add_argument("--seed", type=int, default=1, help="decides who is killed, and when (default: 1)")
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure each contender (default: 5)")
    parser.add_argument("--messages", type=int, default=5000, help="how many each receives in a round (default: 5000)")
    parser.add_argument("--long", type=int, default=100_000, help="after how many to look at memory (default: 100000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--tables", type=Path, metavar="FILE", help="write the figures as Markdown tables to this file")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the messages per second into this SVG")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
