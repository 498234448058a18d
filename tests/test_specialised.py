"""Generated code can be read and stepped through like any other, and leaves nothing."""

from __future__ import annotations

import bdb
import gc
import inspect
import linecache
import sys
import traceback
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from pydantic import BaseModel, Field, model_validator

from tests.ways import AnySignal, finished
from typedsignals import Payload, Signal

pytestmark = pytest.mark.usefixtures("generated_code")


class Order(Payload):
    order_id: int
    tags: list[str] = []  # noqa: RUF012 - pydantic copies it


class Checked(Order):
    @model_validator(mode="after")
    def check(self) -> Checked:
        return self


MODELS = pytest.mark.parametrize("model", [Order, Checked, None])


def failing(sender: object, /, **fields: Any) -> None:
    raise LookupError("broken")


def signal_of(model: type[BaseModel] | None, **options: Any) -> AnySignal:
    signal: AnySignal = (
        Signal(name="order placed/again", **options)
        if model is None
        else Signal(model, name="order placed/again", **options)
    )
    signal.connect(failing)
    return signal


@MODELS
def test_a_traceback_shows_the_generated_lines(model: type[BaseModel] | None) -> None:
    """Among them the line that calls the receiver."""
    with pytest.raises(LookupError) as caught:
        signal_of(model).send(None, order_id=1)
    frames = traceback.extract_tb(caught.value.__traceback__)
    generated = [frame for frame in frames if "typedsignals.generated" in frame.filename]
    assert generated
    assert all("_receiver(_sender" in (frame.line or "") for frame in generated[-1:])
    assert "".join(traceback.format_exception(caught.value)).count("_receiver(_sender")


def test_the_signature_tells_the_fields() -> None:
    """For ``help`` in a console; to Python, each of them is optional."""
    signal: AnySignal = Signal(Order)
    signal.send(None, order_id=1)
    assert "order_id=..., tags=..." in str(inspect.signature(signal.send))


def test_the_file_name_tells_the_signal() -> None:
    """Without characters that a file name cannot contain."""
    signal = signal_of(Order)
    with pytest.raises(LookupError):
        signal.send(None, order_id=1)
    assert "order_placed_again.send" in signal.send.__code__.co_filename


def generated(model: type[BaseModel] | None, kind: str) -> Callable[..., Any]:
    """Return a method, after a send of each kind."""
    signal = signal_of(model)
    with pytest.raises(LookupError):
        signal.send(None, order_id=1)
    with pytest.raises(LookupError):
        finished(signal.send_async(None, order_id=1))
    signal.send_robust(None, order_id=1)
    function: Callable[..., Any] = getattr(signal, kind)
    return function


@MODELS
@pytest.mark.parametrize("kind", ["send", "send_async", "send_robust"])
def test_the_source_can_be_read(model: type[BaseModel] | None, kind: str) -> None:
    """By `inspect.getsource`."""
    source = inspect.getsource(generated(model, kind))
    assert f"def {kind}(" in source
    if model is Order:
        assert "order_id=_MISSING" in source


@MODELS
@pytest.mark.parametrize("kind", ["send", "send_async", "send_robust"])
def test_it_is_documented_as_the_method_is(model: type[BaseModel] | None, kind: str) -> None:
    """`help` shows the same as before the first send."""
    function, method = generated(model, kind), getattr(Signal, kind)
    assert (function.__doc__, function.__qualname__) == (method.__doc__, method.__qualname__)


def test_a_debugger_can_step_through_it() -> None:
    """Line by line, with the source at hand."""
    lines: list[str] = []

    class Debugger(bdb.Bdb):
        def user_line(self, frame: FrameType) -> None:
            if "typedsignals.generated" in frame.f_code.co_filename:
                lines.append(linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals).strip())

    signal: AnySignal = Signal(Order)
    signal.connect(lambda sender, **fields: None, weak=False)
    signal.send(None, order_id=1)
    tracing = sys.gettrace()
    try:
        Debugger().runcall(signal.send, None, order_id=1)
    finally:
        # The debugger removes all trace functions, even the one that measures coverage.
        sys.settrace(tracing)
    assert len(lines) > 3
    assert "" not in lines


order_placed: AnySignal = Signal(Order)


@pytest.mark.parametrize(
    ("signal", "name"),
    [
        (order_placed, "order_placed"),
        (Signal[Any, Any, ...](Order, name="order placed/again"), "order_placed_again"),
        ([Signal[Any, Any, ...](Order)][0], "signal"),
    ],
)
def test_the_file_of_the_source_says_whose_it_is(signal: AnySignal, name: str) -> None:
    """By the signal's name, or else by that of the attribute, if it is one."""
    signal.send(None, order_id=1)
    file: str = signal.send.__func__.__code__.co_filename  # type: ignore[attr-defined]
    assert file.rpartition(".send.")[0] == f"typedsignals.generated/{__name__}.{name}"


def test_several_fields_may_have_factories() -> None:
    """Each makes its own."""

    class Made(Payload):
        first: list[int] = Field(default_factory=list)
        second: dict[str, int] = Field(default_factory=dict)

    signal: AnySignal = Signal(Made)
    signal.connect(receiver := lambda sender, **fields: fields)
    for _ in range(2):
        assert signal.send(None) == [(receiver, {"first": [], "second": {}})]


def test_nothing_is_left_of_signals_that_are_gone() -> None:
    """Neither the signals nor the lines of their code."""

    def make() -> weakref.ref[AnySignal]:
        signal = signal_of(Order)
        with pytest.raises(LookupError) as caught:
            signal.send(None, order_id=1)
        "".join(traceback.format_exception(caught.value))
        with pytest.raises(LookupError):
            finished(signal.send_async(None, order_id=1))
        return weakref.ref(signal)

    make()
    gc.collect()
    before = {name for name in linecache.cache if "typedsignals.generated" in str(name)}
    signals = [make() for _ in range(20)]
    gc.collect()
    assert [signal() for signal in signals] == [None] * 20
    assert {name for name in linecache.cache if "typedsignals.generated" in str(name)} <= before


def test_a_cleared_line_cache_is_filled_again() -> None:
    """Programs that edit and reload files clear it."""
    signal = signal_of(Order)
    for _ in range(2):
        with pytest.raises(LookupError) as caught:
            signal.send(None, order_id=1)
        assert "_receiver(_sender" in "".join(traceback.format_exception(caught.value))
        linecache.checkcache()


def test_a_subclass_keeps_its_own_method() -> None:
    """Which may call the signal's."""

    class Loud(Signal[Any, Any, ...]):
        sent = 0

        def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> Any:
            Loud.sent += 1
            return super().send(sender, *args, **kwargs)

    for loud in (Loud(Order), Loud()):
        Loud.sent = 0
        assert loud.send(None, order_id=1) == []
        assert loud.send(None, order_id=1) == []
        assert Loud.sent == 2
        assert finished(loud.send_async(None, order_id=1)) == []


@pytest.mark.parametrize("validate", ["always", "connected", "never"])
def test_the_placeholder_of_missing_fields_never_gets_out(validate: Any) -> None:
    """Not even where anything is accepted."""

    class Anything(Payload):
        required: Any
        thing: object
        optional: Any = None

    signal: AnySignal = Signal(Anything, validate=validate)
    signal.connect(lambda sender, **fields: fields, weak=False)
    with pytest.raises(ValueError, match="thing: field required"):
        signal.send(None, required=1)
    assert signal.send(None, required=1, thing=2)[0][1] == {"required": 1, "thing": 2, "optional": None}
