"""Measure how fast a relay is on an engine, side by side with the same work by hand."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .engines import ENGINES

ROOT = Path(__file__).parents[2]
BY_HAND = "by hand"


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How fast a relay is on an engine.

    Attributes:
        per_second: Messages per second of a worker's processor time: of the relay, of it with keys, and by hand.
        by_clock: The same by the clock, which counts the server, and whatever else the machine does.
        microseconds: The processor time of writing a message in an open transaction, and of inserting one row.
        memory: The megabytes of a worker at the end of the long run, and by how much they have grown in it.
        idle: What a worker takes of a core when there is nothing to do, in percent.
    """

    per_second: dict[str, float]
    by_clock: dict[str, float]
    microseconds: dict[str, float]
    memory: tuple[float, float]
    idle: float


def speed(name: str, *, messages: int, rounds: int, long: int, tick: Callable[[], object]) -> Speed:
    """Measure an engine.

    Args:
        name: The engine.
        messages: How many messages each contender receives in a round.
        rounds: How often it is each one's turn; the figures are medians.
        long: How many messages a worker receives while its memory is watched.
        tick: Called after each measurement.
    """
    found: dict[str, list[float]] = defaultdict(list)
    clock: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for what in ("relay", "relay with keys", BY_HAND):
            rates = _timed(name, what, messages)
            found[what].append(rates["per_second"])
            clock[what].append(rates["by_clock"])
            tick()
    kept = _timed(name, "relay", long)
    tick()
    microseconds = _timed(name, "publish", 500)
    tick()
    idle = _timed(name, "idle", 0)["percent"]
    tick()
    return Speed(
        per_second={what: statistics.median(figures) for what, figures in found.items()},
        by_clock={what: statistics.median(figures) for what, figures in clock.items()},
        microseconds=microseconds,
        memory=(kept["megabytes"], kept["grown"]),
        idle=idle,
    )


def steps(rounds: int) -> int:
    """Return how many measurements `speed` makes."""
    return rounds * 3 + 3


def _timed(name: str, what: str, number: int) -> dict[str, float]:
    """Measure one thing in a process and a database of its own."""
    with tempfile.TemporaryDirectory() as folder, ENGINES[name](Path(folder)) as engine:
        command = [sys.executable, "-m", "benchmarks.relay.timed", what, engine.database, engine.broker or ""]
        done = subprocess.run([*command, str(number)], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - ours
        found: dict[str, float] = json.loads(done.stdout)
        return found
