"""Measure cases in turns, so that whatever else the machine does disturbs them alike."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from timeit import Timer

from .contenders import Case

ROUND_SECONDS = 0.01
"""How long a case runs before it is the next one's turn."""


def pin_to_one_processor() -> None:
    """Stay on one processor, if the system allows that."""
    with suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def interleaved(cases: Mapping[str, Case], rounds: int, tick: Callable[[], object]) -> dict[str, list[float]]:
    """Time all cases, a little of each in turn.

    Args:
        cases: The cases.
        rounds: How many turns each case has.
        tick: Called after each round.

    Returns:
        The nanoseconds per event of each round, by case.
    """
    # Processor time, which does not count other programs.
    timers = {name: Timer(case.statement, timer=time.process_time, globals=case.names) for name, case in cases.items()}
    numbers = {name: _fitting(timer) for name, timer in timers.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, timer in timers.items():
            seconds = timer.timeit(numbers[name])
            times[name].append(seconds / numbers[name] / cases[name].events * 1e9)
        tick()
    return times


def medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    """Return the median of each case's rounds."""
    return {name: statistics.median(values) for name, values in times.items()}


def _fitting(timer: Timer) -> int:
    """Find how many repetitions fit into a round."""
    number = 1
    while (seconds := timer.timeit(number)) < ROUND_SECONDS / 4:
        number *= 2
    return max(1, round(number * ROUND_SECONDS / seconds))
