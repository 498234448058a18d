"""Where a signal is said to be declared."""

from __future__ import annotations

import _thread
import sys
from collections import deque
from collections.abc import Iterator
from queue import SimpleQueue
from types import FrameType

from typedsignals import Payload, Signal
from typedsignals._location import line_of
from typedsignals._signal import AnySignal


class OrderPlaced(Payload):
    order_id: int


def declared_here() -> AnySignal:
    return Signal(
        OrderPlaced,
        name="placed",
    )


def declared_there() -> AnySignal:
    made = [Signal(OrderPlaced) for _ in range(1)]
    return made[0]


def test_the_line_of_an_instruction_is_what_its_frame_says() -> None:
    """Wherever the frame has stopped."""

    def stops() -> Iterator[FrameType]:
        yield sys._getframe()
        yield (
            sys._getframe(),
            None,
        )[0]

    assert [line_of(frame.f_code, frame.f_lasti) - frame.f_lineno for frame in stops()] == [0, 0]


def test_a_signal_is_declared_at_the_line_of_its_call() -> None:
    """Even if the call is longer, and if the line is asked for later."""
    first = declared_here.__code__.co_firstlineno
    assert declared_here()._place.line == first + 1
    assert declared_there()._place.line == declared_there.__code__.co_firstlineno + 1
    assert declared_here()._place.file == __file__


def test_a_signal_may_be_the_first_thing_that_a_thread_makes() -> None:
    """No frame has called it then."""
    made: SimpleQueue[AnySignal] = SimpleQueue()
    _thread.start_new_thread(deque, (map(made.put, map(Signal, [OrderPlaced])),))
    assert made.get(timeout=60).payload_type is OrderPlaced
