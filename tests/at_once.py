"""Doing things in several threads at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

THREADS = 8
AS_LONG = float(os.environ.get("TYPEDSIGNALS_STRESS", "1"))
"""How many times longer than usual the rounds last."""


def in_threads(work: Callable[[int], object]) -> None:
    """Run a function in several threads at once, and raise here what one of them raises."""
    barrier = threading.Barrier(THREADS, timeout=60)

    def begin(number: int) -> None:
        barrier.wait()
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(begin, range(THREADS)))


def rounds(seconds: float) -> Iterator[int]:
    """Count rounds until the time has passed."""
    end, number = monotonic() + seconds * AS_LONG, 0
    while monotonic() < end:
        yield number
        number += 1
