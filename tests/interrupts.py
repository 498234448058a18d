"""Raising an exception in the midst of things, as signal handlers and soft time limits do: at each instant in turn."""

from __future__ import annotations

import _thread
import dis
import signal as system
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import typedsignals

NUMBER = system.SIGUSR1
OURS = (str(Path(typedsignals.__file__).parent), "typedsignals.generated", str(Path(__file__).parent))


class Interrupted(BaseException):
    """What strikes."""


class _Strike:
    """Has Python believe that the signal has come, with no function call that would let its handler run at once."""

    __getitem__: Any = staticmethod(_thread.interrupt_main)


_strike = _Strike()


@contextmanager
def raising_interrupted() -> Iterator[None]:
    """Let the signal's handler raise."""

    def strike(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = system.signal(NUMBER, strike)
    try:
        yield
    finally:
        system.signal(NUMBER, before)


def interrupted_everywhere(prepare: Callable[[], Any], act: Callable[[Any], object]) -> Iterator[tuple[Any, bool]]:
    """Do something anew for each instant of it at which Python lets an exception in, and let it strike then.

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
        yield prepared, kept is not None


def _interrupt(act: Callable[[], object], at: int) -> tuple[int, Interrupted | None]:
    """Interrupt it at one of the instants; gives how many it came to, and the exception."""
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
            _strike[NUMBER]
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
    """Where the instructions are at which Python looks for signals. That functions begin is an event of its own."""
    return frozenset(
        instruction.offset
        for instruction in dis.get_instructions(code)
        if "CALL" in instruction.opname or instruction.opname.startswith("JUMP_BACKWARD")
    )
