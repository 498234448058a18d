"""Where a signal is said to be declared."""

from __future__ import annotations

import _thread
import sys
from collections import deque
from collections.abc import Iterator
from functools import partial
from queue import SimpleQueue
from types import FrameType
from typing import Any

import pytest

from typedsignals import Namespace, Payload, Signal
from typedsignals._location import Place, line_of
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
        yield (
            # on a line of its own, so that the instruction is the first of its line
            sys._getframe()
        )

    assert [line_of(frame.f_code, frame.f_lasti) - frame.f_lineno for frame in stops()] == [0, 0, 0]


def test_a_signal_is_declared_at_the_line_of_its_call() -> None:
    """Even if the call is longer, and if the line is asked for later."""
    first = declared_here.__code__.co_firstlineno
    assert declared_here()._place.line == first + 1
    assert declared_there()._place.line == declared_there.__code__.co_firstlineno + 1
    assert declared_here()._place.file == __file__


@pytest.mark.parametrize("declare", [Signal, partial(Namespace().signal, "placed")])
def test_a_signal_may_be_the_first_thing_that_a_thread_makes(declare: Any) -> None:
    """No frame has called it then, the second time neither."""
    made: SimpleQueue[AnySignal] = SimpleQueue()
    _thread.start_new_thread(deque, (map(made.put, map(declare, [OrderPlaced, OrderPlaced])),))
    for _ in range(2):
        assert made.get(timeout=60).payload_type is OrderPlaced


def executed(source: str, **names: Any) -> dict[str, Any]:
    code = compile(f"\n\n{source}", "library.py", "exec")
    exec(code, names)  # noqa: S102 - written below
    return names


def test_a_signal_that_another_object_makes_is_declared_there() -> None:
    """Only the ``__init__`` of its own class is not where it is declared."""

    class Shop:
        def __init__(self) -> None:
            self.placed: AnySignal = Signal(OrderPlaced)

    assert Shop().placed._place.line == Shop.__init__.__code__.co_firstlineno + 1
    function = executed("def __init__(): return Signal()", Signal=Signal)["__init__"]
    assert function()._place.file == "library.py"
    function = executed("def again(signal): signal.__init__(); return signal")["again"]
    assert function(Signal())._place.file == "library.py"


def test_a_module_whose_name_only_begins_like_this_package_declares_its_signals() -> None:
    """Such as one that extends the package."""
    library = executed("def declare(): return Signal()", Signal=Signal, __name__="typedsignals_of_shops")
    assert library["declare"]().__module__ == "typedsignals_of_shops"


def test_a_module_of_this_package_may_declare_a_signal() -> None:
    """At its top level; what its functions declare belongs to their callers."""
    module = executed("signal = Signal()\ndef declare(): return Signal()", Signal=Signal, __name__="typedsignals.shop")
    assert (module["signal"].__module__, module["declare"]().__module__) == ("typedsignals.shop", __name__)


def test_a_signal_may_be_declared_by_code_that_belongs_to_no_module() -> None:
    """It has a place, and cannot be found by name."""
    names = executed(
        "def declare(): return Signal()\nplace = Place.of(sys._getframe())", Signal=Signal, Place=Place, sys=sys
    )
    signal = names["declare"]()
    assert (signal.__module__, *signal._place) == ("", "", "library.py", 3)
    assert repr(signal) == "<Signal 'at library.py:3'>"
    assert names["place"] == ("", "library.py", 4)


def test_code_without_lines_stands_at_its_beginning() -> None:
    """Tools that protect a program's source strip them."""
    stripped = compile("signal = Signal()\nplace = Place.of(sys._getframe())", "library.py", "exec").replace(
        co_linetable=b""
    )
    names: dict[str, Any] = {"__name__": "library", "Signal": Signal, "Place": Place, "sys": sys}
    exec(stripped, names)  # noqa: S102 - written above
    assert names["signal"]._place == names["place"] == ("library", "library.py", 1)
