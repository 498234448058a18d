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

from .engines import BROKERS, ENGINES

ROOT = Path(__file__).parents[2]
BY_HAND = "by hand"


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How fast a relay is on an engine.

    Attributes:
        per_second: Messages per second of a worker's processor time: of the relay, of it with keys, and by hand, which
            is a loop with the same SQL, or a bare handler of FastStream.
        by_clock: The same by the clock, which counts the server, and whatever else the machine does.
        microseconds: The processor time of writing a message in an open transaction, and of inserting one row.
        idle: What a worker takes of a core when there is nothing to do, in percent.
        outbox: How many messages a worker publishes to the broker in a second of its processor time; None without one.
    """

    per_second: dict[str, float]
    by_clock: dict[str, float]
    microseconds: dict[str, float]
    idle: float
    outbox: float | None = None


def speed(name: str, *, messages: int, rounds: int, tick: Callable[[], object]) -> Speed:
    """Measure an engine.

    Args:
        name: The engine.
        messages: How many messages each contender receives in a round.
        rounds: How often it is each one's turn; the figures are medians.
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
    outbox = _timed(name, "outbox", messages)["per_second"] if name in BROKERS else None
    tick()
    microseconds = _timed(name, "publish", 500)
    tick()
    idle = _timed(name, "idle", 0)["percent"]
    tick()
    return Speed(
        per_second={what: statistics.median(figures) for what, figures in found.items()},
        by_clock={what: statistics.median(figures) for what, figures in clock.items()},
        microseconds=microseconds,
        idle=idle,
        outbox=outbox,
    )


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The resident memory of a worker that receives many messages.

    Attributes:
        messages: How many.
        megabytes: Its memory when it has received a hundredth, a half, and all of them.
    """

    messages: int
    megabytes: tuple[float, float, float]


def memory(name: str, messages: int) -> Memory:
    """Watch the memory of a worker."""
    found = _timed(name, "relay", messages)
    return Memory(messages=messages, megabytes=(found["start"], found["middle"], found["end"]))


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
