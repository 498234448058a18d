"""How the work of threads adds up: ``python -m benchmarks.scaling``, which is for a Python without the GIL.

Two threads that do not stand in each other's way get twice as much done as one. By the clock they do so only on an
idle machine with as many processors; by the processor time that an event takes, also on a busy one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import typedsignals

from .event import FIELDS, OrderPlaced

Work = Callable[[int], object]
"""Causes so many events."""

MakeWork = Callable[[int], list[Work]]
"""Makes the work of so many threads."""


class Run(NamedTuple):
    """What one event took, while a number of threads caused events.

    Attributes:
        clock: Nanoseconds, by the clock.
        processor: Nanoseconds of processor time, of all threads together.
    """

    clock: float
    processor: float


def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...
def receive_too(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...


def _sending(signal: Any) -> Work:
    fields = {name: list(value) if isinstance(value, list) else value for name, value in FIELDS.items()}

    def work(events: int) -> None:
        for _ in range(events):
            signal.send(None, **fields)

    return work


def _connected() -> Any:
    signal = typedsignals.Signal(OrderPlaced)
    signal.connect(receive)
    signal.connect(receive_too)
    return signal


def one_signal(threads: int) -> list[Work]:
    """All threads send the same signal."""
    signal = _connected()
    return [_sending(signal) for _ in range(threads)]


def a_signal_each(threads: int) -> list[Work]:
    """Each thread sends a signal of its own, to the same receivers."""
    return [_sending(_connected()) for _ in range(threads)]


def connecting(threads: int) -> list[Work]:
    """Each thread connects a receiver of its own to the same signal, sends it, and disconnects the receiver."""
    signal = _connected()

    def made() -> Work:
        def own(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...

        def work(events: int) -> None:
            for _ in range(events):
                signal.connect(own)
                signal.send(None, **FIELDS)
                signal.disconnect(own)

        return work

    return [made() for _ in range(threads)]


def nothing_shared(threads: int) -> list[Work]:
    """The floor: each thread calls functions of its own, with the payload that pydantic makes."""

    def made() -> Work:
        def own(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...

        def work(events: int) -> None:
            for _ in range(events):
                payload = OrderPlaced(**FIELDS)
                own(None, **payload.__dict__)
                own(None, **payload.__dict__)

        return work

    return [made() for _ in range(threads)]


CASES: dict[str, MakeWork] = {
    "send one signal": one_signal,
    "send a signal each": a_signal_each,
    "connect, send, disconnect on one signal": connecting,
    "pydantic and two calls, nothing shared": nothing_shared,
}


def main() -> None:
    """Measure all cases in turns, and print what two threads gain over one."""
    options = _options()
    without = not getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"CPython {sys.version.split()[0]}, {'without' if without else 'with'} the GIL; medians of {options.rounds}")
    print("| events | nanoseconds, one thread | the same, two threads | gain by processor time | gain by the clock |")
    print("| --- | --: | --: | --: | --: |")
    for name, (alone, together) in _measured(options.rounds, options.seconds).items():
        # Of two threads that share nothing, each event takes the processor as long as if there were one.
        gains = 2 * alone.processor / together.processor, alone.clock / together.clock
        print(f"| {name} | {alone.processor:,.0f} | {together.processor:,.0f} | {gains[0]:.2f} | {gains[1]:.2f} |")


def _measured(rounds: int, seconds: float) -> dict[str, tuple[Run, Run]]:
    works = {(name, threads): make(threads) for name, make in CASES.items() for threads in (1, 2)}
    numbers = {name: _fitting(works[name, 1][0], seconds) for name in CASES}
    runs: dict[tuple[str, int], list[Run]] = {key: [] for key in works}
    for _ in range(rounds):
        for (name, threads), work in works.items():
            runs[name, threads].append(run(work, numbers[name]))
    return {name: (_median(runs[name, 1]), _median(runs[name, 2])) for name in CASES}


def run(works: list[Work], events: int) -> Run:
    """Do each work in a thread of its own, all at once."""
    begin = threading.Barrier(len(works) + 1)
    times: list[float] = []

    def timed(work: Work) -> None:
        begin.wait()
        start = time.thread_time()
        work(events)
        times.append(time.thread_time() - start)

    threads = [threading.Thread(target=timed, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    scale = 1e9 / (events * len(works))
    return Run((time.perf_counter() - start) * scale, sum(times) * scale)


def _median(runs: Iterable[Run]) -> Run:
    return Run(*map(statistics.median, zip(*runs, strict=True)))


def _fitting(work: Work, seconds: float) -> int:
    """How many events take about so long."""
    events = 100
    while (taken := run([work], events).processor * events / 1e9) < seconds / 4:
        events *= 2
    return max(1, round(events * seconds / taken))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="how often it is each case's turn (default: 21)")
    parser.add_argument(
        "--seconds", type=float, default=0.1, help="how long a thread is at it each time (default: 0.1)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
