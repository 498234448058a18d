"""Raise an exception in the middle of an operation, at each point in turn, as signal handlers and time limits do."""

from __future__ import annotations

import _thread
import ctypes
import dis
import signal as system
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any, Self

import typedsignals

NUMBER = system.SIGUSR1
OURS = (str(Path(typedsignals.__file__).parent), "typedsignals.generated", str(Path(__file__).parent))


class Interrupted(KeyboardInterrupt):
    """The exception that interrupts; event loops let exceptions of this kind out of their callbacks."""


class _Strike:
    """Makes Python believe that the signal has come, without a function call that would run its handler at once."""

    __getitem__: Any = staticmethod(_thread.interrupt_main)


strike = _Strike()


@contextmanager
def raising_interrupted() -> Iterator[None]:
    """Make the signal's handler raise."""

    def strike(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = system.signal(NUMBER, strike)
    try:
        yield
    finally:
        system.signal(NUMBER, before)


def interrupted_everywhere(prepare: Callable[[], Any], act: Callable[[Any], object]) -> Iterator[tuple[Any, bool]]:
    """Repeat an operation, and interrupt it at another point each time, until it was interrupted at all of them.

    Args:
        prepare: Makes what is acted on.
        act: Does it.

    Yields:
        What was prepared, and whether it was interrupted, while the exception and its traceback are still there.
    """
    # At first, code is yet to be generated, and caches are empty; Python 3.12 begins to report instructions late.
    for _ in range(2):
        _interrupt(partial(act, prepare()), at=0)
    number = count = 0
    while count >= number:
        number += 1
        prepared = prepare()
        count, kept = _interrupt(partial(act, prepared), at=number)
        if kept is None:  # it is over if there are no more points, and not if fewer were reported than there are
            count = max(_interrupt(partial(act, prepare()), at=0)[0] for _ in range(3))
        yield prepared, kept is not None


def _interrupt(act: Callable[[], object], at: int) -> tuple[int, Interrupted | None]:
    """Interrupt the operation at one point; return how many points it reached, and the exception."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        if event == "call":
            if not frame.f_code.co_filename.startswith(OURS):
                return None
            frame.f_trace_opcodes = True
        elif event != "opcode" or frame.f_lasti not in _instants(frame.f_code):
            return trace
        count += 1
        if count == at:
            sys.settrace(None)
            strike[NUMBER]
            return None
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        try:
            act()
        finally:
            sys.settrace(before)
    except Interrupted as error:
        return count, error
    return count, None


@cache
def _instants(code: CodeType) -> frozenset[int]:
    """Return the instructions at which Python checks for signals. The start of a function is an event of its own."""
    return frozenset(
        instruction.offset
        for instruction in dis.get_instructions(code)
        if "CALL" in instruction.opname or instruction.opname.startswith("JUMP_BACKWARD")
    )


class Bombardment:
    """Interrupts at random what runs in `strikes`."""

    def __init__(self) -> None:
        self.hits = 0
        self._random = Random(7)  # noqa: S311 - a test's
        self._cover = threading.Lock()
        """Nothing interrupts while the bombarded thread holds it."""
        self._cover.acquire()

    def strikes(self, act: Callable[[], object]) -> None:
        """Run a function while it may be interrupted."""
        try:
            try:
                self._cover.release()
                act()
            finally:
                # Python raises what has come until then after this call, and nothing before it.
                self._cover.acquire()
        except Interrupted:
            self.hits += 1

    def _pause(self) -> float:
        """Return the seconds until the next interrupt.

        Often they are so few that it strikes while a block ends that was struck already, and sometimes so many that
        everything is done before it, even on a slow machine.
        """
        return 10 ** self._random.uniform(-5, -3)


class OfSignals(Bombardment):
    """By an interval timer, which soft time limits use."""

    def __enter__(self) -> Self:
        self._is_over = False
        self._before = system.signal(system.SIGALRM, self._strike)
        system.setitimer(system.ITIMER_REAL, self._pause())
        return self

    def __exit__(self, *error: object) -> None:
        # First: the handler of a last signal would set the timer again, whose signal would then end the process.
        self._is_over = True
        system.setitimer(system.ITIMER_REAL, 0)
        system.signal(system.SIGALRM, self._before)

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if not self._is_over:
            system.setitimer(system.ITIMER_REAL, self._pause())
        if not self._cover.locked():
            raise Interrupted


class OfThreads(Bombardment):
    """By another thread, as in some task queues and debuggers."""

    def __enter__(self) -> Self:
        self._ident, self._done = threading.get_ident(), threading.Event()
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        self._thread = threading.Thread(target=self._strike_often)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()
        sys.setswitchinterval(self._interval)

    def _strike_often(self) -> None:
        strike = ctypes.pythonapi.PyThreadState_SetAsyncExc
        while not self._done.wait(self._pause()):
            if self._cover.acquire(blocking=False):
                strike(ctypes.c_ulong(self._ident), ctypes.py_object(Interrupted))
                self._cover.release()
