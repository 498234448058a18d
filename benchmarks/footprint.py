"""Measure memory, import time, and threads that send at the same time."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import blinker
import django.dispatch
import psygnal

import typedsignals

from .event import FIELDS, OrderPlaced, keyword_receivers, positional_receivers

CONNECTIONS = 10_000
SIGNALS = 10_000


def bytes_per_connection() -> dict[str, float]:
    """Measure the bytes per connection of a weakly held function, without the function itself."""

    class Source:
        order_placed = psygnal.Signal(int, str, float, list)

    def typed() -> Any:
        return typedsignals.Signal(OrderPlaced)

    signals: dict[str, Callable[[], Any]] = {
        "typedsignals": typed,
        "Blinker": blinker.Signal,
        "django.dispatch": django.dispatch.Signal,
        "psygnal": lambda: Source().order_placed,
    }
    return {name: _bytes_of(make, name == "psygnal") for name, make in signals.items()}


def _bytes_of(make: Callable[[], Any], by_position: bool) -> float:
    number = 1_000 if by_position else CONNECTIONS  # psygnal searches all connections for each new one
    receivers = (positional_receivers if by_position else keyword_receivers)(number, None)
    signal = make()
    first = receivers.pop()
    signal.connect(first)
    gc.collect()
    tracemalloc.start()
    for receiver in receivers:
        signal.connect(receiver)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    signal.disconnect(first)
    for receiver in receivers:
        signal.disconnect(receiver)
    return used / len(receivers)


def bytes_per_signal() -> dict[str, float]:
    """Measure the bytes per signal, declared, and with a receiver after one send."""
    (receiver,) = keyword_receivers(1, None)

    def used(signal: Any) -> Any:
        signal.connect(receiver)
        signal.send(None, **FIELDS)
        return signal

    return {
        "typedsignals, declared": _bytes_of_each(lambda: typedsignals.Signal(OrderPlaced)),
        "Blinker, declared": _bytes_of_each(blinker.Signal),
        "typedsignals, connected and sent": _bytes_of_each(lambda: used(typedsignals.Signal(OrderPlaced))),
        "Blinker, connected and sent": _bytes_of_each(lambda: used(blinker.Signal())),
    }


def _bytes_of_each(make: Callable[[], Any]) -> float:
    signals = [make()]
    gc.collect()
    tracemalloc.start()
    signals += [make() for _ in range(SIGNALS)]
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / SIGNALS


def import_milliseconds(rounds: int) -> dict[str, float]:
    """Measure the milliseconds to import each in a fresh interpreter, from byte code: the median of several rounds.

    The first round, which writes the byte code, is not counted.
    """
    programs = {
        "pydantic and a model": "import pydantic\nclass M(pydantic.BaseModel): a: int",
        "that and typedsignals": "import pydantic\nclass M(pydantic.BaseModel): a: int\nimport typedsignals",
        "Blinker": "import blinker",
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for number in range(rounds + 1):
        for name, program in programs.items():
            timed = f"import time\nstart = time.process_time()\n{program}\nprint(time.process_time() - start)"
            command = [sys.executable, "-c", timed]
            result = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)  # noqa: S603 - programs from this module
            if number:
                times[name].append(float(result.stdout) * 1_000)
    return {name: statistics.median(values) for name, values in times.items()}


def seconds_alone_and_together(sends: int) -> dict[str, float]:
    """Measure the seconds that two threads take to send, one after the other and at the same time."""
    signal = typedsignals.Signal(OrderPlaced)
    receivers = keyword_receivers(10, None)
    for receiver in receivers:
        signal.connect(receiver)

    def work() -> None:
        for _ in range(sends):
            signal.send(None, **FIELDS)

    work()
    one_after_the_other, at_the_same_time = [], []
    for _ in range(5):
        start = time.perf_counter()
        work()
        work()
        one_after_the_other.append(time.perf_counter() - start)
        threads = [threading.Thread(target=work) for _ in range(2)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        at_the_same_time.append(time.perf_counter() - start)
    return {
        "one after the other": statistics.median(one_after_the_other),
        "at the same time": statistics.median(at_the_same_time),
    }
