"""Try each engine of a relay: what it withstands, and how fast it is: ``python -m benchmarks.relay``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.progress import Progress

from .chaos import LONG, SHORT, chaos
from .engines import ENGINES
from .report import Found, plot, show, write_tables
from .speed import memory, speed, steps


def main() -> int:
    """Run what is asked for; the status is 1 if a promise was broken."""
    options = _options()
    found = _found(options)
    for title, rows in found.tables.items():
        show(title, rows)
    known = found.with_earlier(options.json) if options.json else found
    if options.json:
        known.save(options.json)
    if options.tables:
        write_tables(options.tables, known.tables.values())
    if options.plot and known.speed:
        plot(options.plot, known.speed)
    return 0 if all(result.holds for result in found.chaos.values()) else 1


def _found(options: argparse.Namespace) -> Found:
    engines = options.engine or list(ENGINES)
    found = Found()
    with Progress() as progress:
        if options.only in {None, "chaos"}:
            for name in progress.track(engines, description="chaos"):
                found.chaos[name] = chaos(name, SHORT if options.short else LONG, seed=options.seed)
        if options.only in {None, "speed"}:
            task = progress.add_task("speed", total=len(engines) * steps(options.rounds))
            size = {"messages": options.messages, "rounds": options.rounds}
            for name in engines:
                found.speed[name] = speed(name, tick=lambda: progress.advance(task), **size)
        if options.only in {None, "memory"}:
            for name in progress.track(engines, description="memory"):
                found.memory[name] = memory(name, options.long)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relay", description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(ENGINES), help="only this engine; repeatable")
    parser.add_argument("--only", choices=["chaos", "speed", "memory"], help="only this table")
    parser.add_argument("--short", action="store_true", help="kill less, as the project's tests do")
    parser.add_argument("--seed", type=int, default=1, help="decides who is killed, and when (default: 1)")
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure each contender (default: 5)")
    parser.add_argument("--messages", type=int, default=5000, help="how many each receives in a round (default: 5000)")
    parser.add_argument("--long", type=int, default=100_000, help="how many while memory is watched (default: 100000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="put the figures into this file, beside others")
    parser.add_argument("--tables", type=Path, metavar="FILE", help="write the figures as Markdown tables to this file")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the messages per second into this SVG")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
