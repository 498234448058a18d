"""Blocks in which sends are held, and delivered at the end."""

# ruff: noqa: PT012 - what is held, and the end that raises, belong to one block

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import blinker
import pytest

from tests.listening import in_thread, when_waiting
from tests.ways import Ping, Way, every_way, finished
from typedsignals import (
    AsyncReceiverError,
    HeldSendError,
    Namespace,
    Payload,
    PayloadError,
    SenderError,
    Signal,
)
from typedsignals.blinker import typed
from typedsignals.steps import add_step
from typedsignals.testing import capture, isolated, muted
from typedsignals.testing._tree import SendTree

pytestmark = pytest.mark.usefixtures("code")

AnySignal = Signal[Any, Any, ...]
HERE = __file__


class Resized(Payload):
    width: int


class Shop: ...


def last(payloads: Sequence[Any]) -> Any:
    return payloads[-1]


class Calls(list[tuple[Any, int]]):
    """A receiver that notes senders and numbers."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # lists have none

    def __call__(self, sender: object, number: int = 0, **extra: object) -> None:
        self.append((sender, number))


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def signal(calls: Calls) -> AnySignal:
    made = Signal[Any, Any, ...](Ping, name="ping")
    made.connect(calls, weak=False)
    return made


# What is held, and how it is delivered


@every_way
def test_a_send_is_delivered_at_the_end(way: Way) -> None:
    """Whatever the way of sending; the send itself returns nothing."""
    signal, called = way.signal(), list[object]()

    def receiver(sender: object, payload: Any = None, **extra: object) -> None:
        called.append(sender)

    way.connect(signal, receiver)

    async def block() -> None:
        async with signal.held():
            assert way.send(signal, "a") == []
            assert way.send(signal, "b") == []
            assert called == []

    finished(block())
    assert called == ["a", "b"]
    assert way.send(signal, "c") == [receiver]


def test_sends_of_all_kinds_keep_their_order(signal: AnySignal, calls: Calls) -> None:
    """One block holds them all."""
    with signal.held():
        signal.send("a", number=1)
        signal.send_robust("b", number=2)
        signal.send_payload("a", Ping(number=3))
        signal.send("b", number=4)
    assert calls == [("a", 1), ("b", 2), ("a", 3), ("b", 4)]


def test_a_wrong_send_is_refused_at_once() -> None:
    """The payload and the sender; what was sent rightly is delivered."""
    signal, calls = Signal(Ping, sender=str), Calls()
    signal.connect(calls)
    wrong: Any = "one"
    with signal.held():
        signal.send("x", number=1)
        with pytest.raises(PayloadError):
            signal.send("x", number=wrong)
        with pytest.raises(SenderError):
            signal.send(1)  # type: ignore[arg-type]
        assert calls == []
    assert calls == [("x", 1)]


def test_a_send_stops_at_the_first_error_and_a_robust_one_does_not(
    signal: AnySignal, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is delivered in the way in which it was sent. Errors in robust sends are logged and nothing more."""

    def failing(sender: object, **extra: object) -> None:
        raise ValueError(sender)

    signal.connect(failing, priority=1)
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a")
        signal.send_robust("b", number=2)
        signal.send("c")
    assert calls == [("b", 2)]
    assert [error.args for error in raised.value.exceptions] == [("a",), ("c",)]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_errors_come_as_one_group_after_everything_is_delivered(signal: AnySignal, calls: Calls) -> None:
    """The message names the signal; each error says where its send was made."""

    def failing(sender: object, number: int, **extra: object) -> None:
        if number % 2:
            raise ValueError(number)

    signal.connect(failing)
    line = failing.__code__.co_firstlineno
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a", number=1)
        signal.send("a", number=2)
        signal.send_payload("a", Ping(number=3))
    assert calls == [("a", 1), ("a", 2), ("a", 3)]
    assert raised.value.message == "2 held sends of <Signal 'ping'> failed"
    assert [error.__notes__ for error in raised.value.exceptions] == [
        [f"sent at {HERE}:{line + 7}, and held by the block made at {HERE}:{line + 6}"],
        [f"sent at {HERE}:{line + 9}, and held by the block made at {HERE}:{line + 6}"],
    ]


def test_a_single_error_comes_as_a_group_too(signal: AnySignal) -> None:
    """So that one handler takes them all."""

    def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with pytest.raises(ExceptionGroup, match=r"^a held send of <Signal 'ping'> failed"), signal.held():
        signal.send("a")


def test_an_error_that_takes_no_note_is_raised_without_one(signal: AnySignal, calls: Calls) -> None:
    """Such as a frozen dataclass."""

    @dataclass(frozen=True)
    class OutOfStockError(Exception):
        number: int

    def failing(sender: object, number: int, **extra: object) -> None:
        raise OutOfStockError(number)

    signal.connect(failing)
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a", number=1)
        signal.send("a", number=2)
    assert raised.value.exceptions == (OutOfStockError(1), OutOfStockError(2))
    assert calls == [("a", 1), ("a", 2)]


def test_a_coroutine_receiver_is_an_error_at_the_delivery(signal: AnySignal, calls: Calls) -> None:
    """As its error says, for the method that was called; a wrapper is kept with the send that it was given to."""

    async def awaited(sender: object, number: int, **extra: object) -> None:
        calls.append((sender, -number))

    def wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **fields: finished(function(*args, **fields))

    signal.connect(awaited)
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a", number=1)
        signal.send("b", number=2, _async_wrapper=wrapper)
        signal.send_payload("c", Ping(number=3))
    assert calls == [("b", 2), ("b", -2)]
    first, second = raised.value.exceptions
    assert isinstance(first, AsyncReceiverError)
    assert isinstance(second, AsyncReceiverError)
    assert "which send cannot await" in str(first)
    assert "which send_payload cannot await" in str(second)


@pytest.mark.parametrize("validate", ["always", "connected"])
def test_the_receivers_are_those_of_the_delivery(validate: Any) -> None:
    """With ``validate="connected"``, a held send is validated even if nobody listens yet: somebody may at the end."""
    signal, early, late = Signal(Ping, validate=validate), Calls(), Calls()
    wrong: Any = "one"
    with signal.held():
        signal.send("a", number=1)
        with pytest.raises(PayloadError):
            signal.send("a", number=wrong)
        signal.connect(early)
        signal.send("a", number=2)
        signal.disconnect(early)
        signal.connect(late)
    assert (early, late) == ([], [("a", 1), ("a", 2)])


def test_a_held_send_that_reaches_nobody_is_gone(signal: AnySignal, calls: Calls) -> None:
    """As it would be outside."""
    signal.disconnect(calls)
    with signal.held():
        signal.send("a")
    signal.connect(calls)
    assert calls == []
    signal.send("b")
    assert calls == [("b", 1)]


def test_a_receiver_that_is_called_once_gets_the_first(calls: Calls) -> None:
    """Holding a send is not calling it."""
    signal = Signal(Ping)
    signal.connect(calls, once=True)
    with signal.held():
        signal.send("a", number=1)
        signal.send("a", number=2)
        assert len(signal.connections) == 1
    assert calls == [("a", 1)]


def test_signals_without_a_payload_are_held_too() -> None:
    """Any keywords; a sender may be left out."""
    signal, got = Signal(), list[object]()
    signal.connect(lambda sender, **fields: got.append((sender, fields)), weak=False)
    without_sender: Any = signal.send
    with signal.held():
        without_sender()
        signal.send("a", colour="red")
    assert got == [(None, {}), ("a", {"colour": "red"})]


def test_extra_fields_are_delivered() -> None:
    """To receivers that take them."""

    class Open(Payload, extra="allow"):
        number: int = 1

    signal, got = Signal[Any, Any, ...](Open), list[object]()
    signal.connect(lambda sender, **fields: got.append(fields), weak=False)
    with signal.held():
        signal.send(None, colour="red")
    with signal.held(reduce=lambda payloads: payloads[0]):
        signal.send(None, number=2, shape="round")
        signal.send(None, colour="red")
    assert got == [{"number": 1, "colour": "red"}, {"number": 2, "shape": "round"}]


def test_introspection_does_not_notice_the_block(signal: AnySignal, calls: Calls) -> None:
    """Receivers are connected as before, and other signals are not held."""
    other = Signal(Ping)
    other.connect(calls)
    with signal.held():
        assert len(signal.connections) == 1
        assert list(signal.receivers_for("a")) == [calls]
        assert signal.has_receivers_for("a")
        assert not signal.is_muted
        assert len(other.send("a")) == 1
        signal.disconnect(calls)
        assert not signal.has_receivers_for("a")


def test_fields_stay_as_they_were_validated() -> None:
    """A container that the sender changes afterwards was copied by the validation."""

    class Tagged(Payload):
        tags: list[str]

    signal, got = Signal[Any, Any, ...](Tagged), list[object]()
    signal.connect(lambda sender, **fields: got.append(fields["tags"]), weak=False)
    tags = ["new"]
    with signal.held():
        signal.send(None, tags=tags)
        tags.append("changed")
    assert got == [["new"]]


# The end


def test_an_exception_drops_what_is_held(signal: AnySignal, calls: Calls) -> None:
    """The exception goes on, and sends are delivered as usual afterwards."""
    with pytest.raises(KeyError), signal.held():
        signal.send("a", number=1)
        raise KeyError
    assert calls == []
    signal.send("a", number=2)
    assert calls == [("a", 2)]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit])
def test_an_exception_delivers_what_is_held_if_that_is_asked_for(
    signal: AnySignal, calls: Calls, error: type[BaseException]
) -> None:
    """Like a ``finally``."""
    with pytest.raises(error), signal.held(on_error="deliver"):
        signal.send("a", number=1)
        raise error
    assert calls == [("a", 1)]


def test_errors_of_receivers_are_raised_in_the_context_of_that_of_the_block(signal: AnySignal) -> None:
    """As Python does for errors in a ``finally``."""

    def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with pytest.raises(ExceptionGroup) as raised, signal.held(on_error="deliver"):
        signal.send("a")
        raise KeyError
    assert type(raised.value.__context__) is KeyError


def test_errors_of_receivers_do_not_hold_back_what_ends_the_program(
    signal: AnySignal, caplog: pytest.LogCaptureFixture
) -> None:
    """They are logged instead."""

    def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with pytest.raises(SystemExit), signal.held(on_error="deliver"):
        signal.send("a")
        raise SystemExit
    (record,) = caplog.records
    assert record.getMessage() == "a held send of <Signal 'ping'> failed (1 sub-exception)"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ExceptionGroup)


def test_an_interrupt_of_the_delivery_ends_it(
    signal: AnySignal, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    """Earlier errors are logged, later sends are dropped, and no block is left open."""

    def failing(sender: object, number: int, **extra: object) -> None:
        raise KeyboardInterrupt if number == 2 else ValueError

    signal.connect(failing)
    with pytest.raises(KeyboardInterrupt), signal.held():
        for number in (1, 2, 3):
            signal.send("a", number=number)
    assert calls == [("a", 1), ("a", 2)]
    assert len(caplog.records) == 1
    signal.disconnect(failing)
    signal.send("a", number=4)
    assert calls[2:] == [("a", 4)]


def test_a_receiver_that_sends_during_the_delivery_sends_at_once(signal: AnySignal, calls: Calls) -> None:
    """The block has ended. As always, the inner send ends before the outer one goes on."""

    def echo(sender: object, number: int, **extra: object) -> None:
        if sender == "a":
            signal.send("echo", number=number)

    signal.connect(echo)
    with signal.held():
        signal.send("a", number=1)
        signal.send("a", number=2)
    assert calls == [("a", 1), ("echo", 1), ("a", 2), ("echo", 2)]


def test_nothing_is_kept_afterwards() -> None:
    """Neither what was delivered, nor what was dropped, nor the block itself; no collection of garbage is needed."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(lambda sender, **fields: None, weak=False)
    gc.collect()
    gc.disable()
    try:
        for fails in (False, True):
            shop = Shop()
            block = signal.held()
            with suppress(KeyError), block:
                signal.send(shop)
                if fails:
                    raise KeyError
            gone, shop = weakref.ref(shop), Shop()
            assert gone() is None
            block_gone = weakref.ref(block)
            del block
            assert block_gone() is None
    finally:
        gc.enable()
    assert signal._table._blocks == ()


def test_a_block_can_be_entered_once(signal: AnySignal, calls: Calls) -> None:
    """And not be ended before that."""
    block = signal.held()
    with pytest.raises(RuntimeError, match="was not entered"):
        block.__exit__(None, None, None)
    with block:
        signal.send("a", number=1)
    with pytest.raises(RuntimeError, match="already been entered"), block:
        raise AssertionError
    assert calls == [("a", 1)]


# Reducing


def test_reduce_makes_one_send_of_those_of_a_sender(signal: AnySignal, calls: Calls) -> None:
    """It is called once for each sender, even for a single send. The order is that of the senders' last sends."""
    seen = list[list[int]]()

    def total(payloads: Sequence[Ping]) -> Ping:
        seen.append([payload.number for payload in payloads])
        return Ping(number=sum(payload.number for payload in payloads))

    with signal.held(reduce=total):
        signal.send("a", number=1)
        signal.send("b", number=2)
        signal.send("c", number=3)
        signal.send("a", number=4)
    assert seen == [[2], [3], [1, 4]]
    assert calls == [("b", 2), ("c", 3), ("a", 5)]


def test_senders_are_told_apart_as_connections_tell_them_apart(signal: AnySignal, calls: Calls) -> None:
    """Strings and integers by value, everything else by identity."""
    first, second = [1], [1]
    with signal.held(reduce=last):
        for number, sender in enumerate([first, second, str(b"xy", "ascii"), "xy", 1, True, 10**20, 10**20, None]):
            signal.send(sender, number=number)
    assert [number for _, number in calls] == [0, 1, 3, 4, 5, 7, 8]


def test_a_reduced_send_is_made_as_the_last_one_was(signal: AnySignal, caplog: pytest.LogCaptureFixture) -> None:
    """Here a robust one, which logs the error."""

    def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with signal.held(reduce=last):
        signal.send("a")
        signal.send_robust("a")
    assert len(caplog.records) == 1


def test_reduce_takes_and_returns_keywords_if_there_is_no_payload() -> None:
    """Any mapping will do."""
    signal, got = Signal(), list[object]()
    signal.connect(lambda sender, **fields: got.append((sender, fields)), weak=False)
    with signal.held(reduce=lambda all_fields: all_fields[0] | all_fields[-1]):
        signal.send("a", width=1, height=1)
        signal.send("a", width=2)
    assert got == [("a", {"width": 2, "height": 1})]


def test_reduce_is_not_called_if_nothing_is_delivered(signal: AnySignal) -> None:
    """Nothing was sent, or an exception drops it."""

    def never(payloads: Sequence[Any]) -> Any:
        raise AssertionError

    with signal.held(reduce=never):
        pass
    with pytest.raises(KeyError), signal.held(reduce=never):
        signal.send("a")
        raise KeyError


@pytest.mark.parametrize(
    ("result", "found"),
    [(None, "a NoneType"), ({"number": 1}, "a dict"), (Resized(width=1), "a Resized"), (Ping, "a ModelMetaclass")],
)
def test_what_reduce_returns_must_be_the_payload(signal: AnySignal, calls: Calls, result: Any, found: str) -> None:
    """What the other senders sent is delivered; the error names the signal and the function, but shows no value."""

    def reduce(payloads: Sequence[Ping]) -> Any:
        return result if len(payloads) > 1 else payloads[0]

    with pytest.raises(ExceptionGroup) as raised, signal.held(reduce=reduce):
        signal.send("a", number=1)
        signal.send("b", number=2)
        signal.send("a", number=3)
    assert calls == [("b", 2)]
    (error,) = raised.value.exceptions
    assert isinstance(error, PayloadError)
    place = f"{HERE}:{reduce.__code__.co_firstlineno}"
    assert str(error) == f"reduce= of held() of <Signal 'ping'> ({place}) must return a Ping, got {found}"
    assert (error.signal, error.sender) == (signal, "a")


@pytest.mark.parametrize("result", [None, Ping(), {1: 2}, [("a", 1)]])
def test_what_reduce_returns_must_be_keywords_if_there_is_no_payload(result: Any) -> None:
    """A dictionary with strings for keys."""
    signal = Signal()
    with pytest.raises(ExceptionGroup) as raised, signal.held(reduce=lambda payloads: result):
        signal.send("a")
    assert "must return a dictionary of keywords, got a " in str(raised.value.exceptions[0])


def test_an_error_in_reduce_is_one_of_the_group(signal: AnySignal, calls: Calls) -> None:
    """It costs only the sends of its sender."""

    def reduce(payloads: Sequence[Ping]) -> Ping:
        if payloads[0].number == 1:
            raise ZeroDivisionError
        return payloads[0]

    with pytest.raises(ExceptionGroup) as raised, signal.held(reduce=reduce):
        signal.send("a", number=1)
        signal.send("b", number=2)
    assert calls == [("b", 2)]
    assert [type(error) for error in raised.value.exceptions] == [ZeroDivisionError]
    signal.send("c", number=3)
    assert calls[1:] == [("c", 3)]


def test_an_interrupt_in_reduce_goes_on(signal: AnySignal, calls: Calls) -> None:
    """Nothing is delivered, and no block is left open."""

    def reduce(payloads: Sequence[Ping]) -> Ping:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), signal.held(reduce=reduce):
        signal.send("a", number=1)
    signal.send("c", number=3)
    assert calls == [("c", 3)]


async def asynchronous(payloads: Sequence[Any]) -> Any: ...


def generating(payloads: Sequence[Any]) -> Iterator[Any]:
    yield payloads[0]


def of_two(first: Any, second: Any) -> Any: ...


@pytest.mark.parametrize(
    ("reduce", "problem"),
    [
        ("last", r"must be a function of the payloads, got a str"),
        (asynchronous, r" \(.*test_held.py:\d+\) must be a plain function, as its result is delivered at once"),
        (generating, r" \(.*test_held.py:\d+\) must be a plain function, as its result is delivered at once"),
        (of_two, r" \(.*test_held.py:\d+\) is called reduce\(payloads\), but missing a required argument: 'second'"),
    ],
)
def test_a_wrong_reduction_is_refused(signal: AnySignal, reduce: Any, problem: str) -> None:
    """Before the block begins."""
    with pytest.raises(TypeError, match=rf"^reduce= of held\(\) of <Signal 'ping'> ?{problem}"):
        signal.held(reduce=reduce)


@pytest.mark.parametrize("on_error", ["raise", None, True, []])
def test_a_wrong_choice_for_errors_is_refused(signal: AnySignal, on_error: Any) -> None:
    """Before the block begins."""
    with pytest.raises(ValueError, match=r"^on_error= of held\(\) of <Signal 'ping'> must be 'drop' or 'deliver', not"):
        signal.held(on_error=on_error)


# Nesting


def test_an_inner_block_hands_over_to_the_outer_one(signal: AnySignal, calls: Calls) -> None:
    """In the order of the sends."""
    with signal.held():
        signal.send("a", number=1)
        with signal.held():
            signal.send("a", number=2)
        signal.send("a", number=3)
        assert calls == []
    assert calls == [("a", 1), ("a", 2), ("a", 3)]


def test_each_block_reduces_what_it_held(signal: AnySignal, calls: Calls) -> None:
    """The outer one gets what the inner one made of it."""

    def total(payloads: Sequence[Ping]) -> Ping:
        return Ping(number=sum(payload.number for payload in payloads))

    with signal.held(reduce=total):
        signal.send("a", number=1)
        with signal.held(reduce=last):
            signal.send("a", number=2)
            with signal.held():
                signal.send("a", number=3)
    assert calls == [("a", 4)]


def test_an_exception_drops_what_its_block_holds_and_no_more(signal: AnySignal, calls: Calls) -> None:
    """If it is handled inside the outer block."""
    with signal.held():
        signal.send("a", number=1)
        with suppress(KeyError), signal.held():
            signal.send("a", number=2)
            raise KeyError
        with suppress(KeyError), signal.held(on_error="deliver"):
            signal.send("a", number=3)
            raise KeyError
    assert calls == [("a", 1), ("a", 3)]


def test_blocks_may_end_in_any_order(signal: AnySignal, calls: Calls) -> None:
    """What is still open holds on."""
    first, second = signal.held(), signal.held()
    first.__enter__()
    signal.send("a", number=1)
    second.__enter__()
    signal.send("a", number=2)
    first.__exit__(None, None, None)
    assert calls == []
    signal.send("a", number=3)
    second.__exit__(None, None, None)
    assert calls == [("a", 2), ("a", 1), ("a", 3)]


def test_a_block_that_a_receiver_leaves_open_holds_the_rest_of_the_delivery(signal: AnySignal, calls: Calls) -> None:
    """An odd thing to do, but nothing is lost, and nothing is observed twice."""
    left = ExitStack()

    def open_another(sender: object, **extra: object) -> None:
        left.enter_context(signal.held())

    signal.connect(open_another, once=True)
    with capture(signal) as captured:
        with signal.held():
            signal.send("a", number=1)
            signal.send("a", number=2)
        assert calls == [("a", 1)]
        left.close()
    assert calls == [("a", 1), ("a", 2)]
    assert len(captured) == 2


def test_what_a_receiver_sends_during_the_delivery_goes_to_an_outer_block(signal: AnySignal, calls: Calls) -> None:
    """A block of another signal is none."""
    other = Signal[Any, Any, ...](Ping)

    def echo(sender: object, **extra: object) -> None:
        signal.send("echo")
        assert calls == []

    other.connect(echo)
    with signal.held():
        with other.held():
            other.send("a")
        assert calls == []
    assert calls == [("echo", 1)]


# Other blocks, and tests


def test_the_blocks_that_are_open_at_the_end_decide_who_is_called(signal: AnySignal, calls: Calls) -> None:
    """Not those that were open when it was sent."""
    with signal.held():
        with signal.muted():
            signal.send("a", number=1)
        with isolated(signal):
            signal.send("a", number=2)
    assert calls == [("a", 1), ("a", 2)]
    with signal.muted(), signal.held():
        signal.send("a", number=3)
    with signal.muted(calls), signal.held():
        signal.send("a", number=3)
    with isolated(signal):
        inside = Calls()
        signal.connect(inside)
        with signal.held():
            signal.send("a", number=4)
    assert calls == [("a", 1), ("a", 2)]
    assert inside == [("a", 4)]


def test_steps_are_taken_around_the_delivery(signal: AnySignal, calls: Calls) -> None:
    """Not around the send, which may be dropped."""

    @contextmanager
    def step(signal: AnySignal, sender: object, payload: Ping) -> Iterator[None]:
        calls.append(("before", payload.number))
        yield
        calls.append(("after", payload.number))

    remove = add_step(signal, step)
    with signal.held():
        signal.send("a", number=1)
        assert calls == []
    assert calls == [("before", 1), ("a", 1), ("after", 1)]
    with capture(signal), signal.held():
        signal.send("b", number=2)
    remove()
    assert calls[3:] == [("before", 2), ("b", 2), ("after", 2)]


def test_a_block_for_a_context_does_not_change_who_is_held(signal: AnySignal, calls: Calls) -> None:
    """A block in another one that holds in a context still holds for its thread only, and does not outlast it."""
    with muted(Signal(), scope="context"):
        with signal.held():
            signal.send("a", number=1)
            with capture(signal) as captured:
                in_thread(lambda: signal.send("b", number=2))
            assert calls == [("b", 2)]
        signal.send("a", number=3)
    assert calls == [("b", 2), ("a", 1), ("a", 3)]
    assert len(captured) <= 1  # it holds in the context only, which threads inherit on some Pythons


def test_a_block_in_one_that_holds_sends_holds_where_it_would_without_that(signal: AnySignal) -> None:
    """In the context of the block around both, wherever that was copied to."""
    with muted(Signal(), scope="context"):
        context = copy_context()
        with signal.held(), capture(signal) as captured:
            in_thread(lambda: context.run(signal.send, "a"))
    assert captured.one().sender == "a"


def test_capture_sees_the_send_and_marks_it(signal: AnySignal) -> None:
    """Not the delivery, even if that is all that it could see."""
    with capture(signal) as captured:
        signal.send("a", number=1)
        with signal.held():
            signal.send("b", number=2)
            assert [record.sender for record in captured] == ["a", "b"]
    assert [(record.payload.number, record.is_held) for record in captured] == [(1, False), (2, True)]
    with pytest.raises(AssertionError, match=r"1\. .* number=1\n  2\. .* number=2 \(held\)$"):
        captured.assert_not_sent()
    block = signal.held()
    block.__enter__()
    signal.send("a")
    with capture(signal) as late:
        block.__exit__(None, None, None)
    late.assert_not_sent()


def test_capture_sees_each_send_before_it_is_reduced(signal: AnySignal) -> None:
    """A test is about what was sent."""
    with capture(signal) as captured, signal.held(reduce=last):
        signal.send("a", number=1)
        signal.send("a", number=2)
    assert [payload.number for payload in captured.payloads] == [1, 2]


def test_a_send_that_cannot_be_held_is_not_recorded(signal: AnySignal) -> None:
    """As with every send that is refused."""
    with capture(signal) as captured, signal.held(), pytest.raises(HeldSendError):
        finished(signal.send_async("a"))
    captured.assert_not_sent()


@pytest.mark.parametrize("reduce", [None, last])
def test_a_tree_of_sends_shows_the_receivers_below_the_send(signal: AnySignal, reduce: Any) -> None:
    """Though they are called later."""

    def receiver(sender: object, **extra: object) -> None: ...

    signal.connect(receiver, priority=1)
    tree = SendTree()
    with tree.growing(), signal.held(reduce=reduce):
        signal.send("a")
    assert [line.split(" (")[0].strip() for line in str(tree).splitlines()] == [
        "<Signal 'ping'> by 'a': number=1",
        f"receiver '{receiver.__qualname__}'",
        "receiver 'Calls'",
    ]


def test_a_thread_that_waits_sees_the_delivery(signal: AnySignal) -> None:
    """A send that is dropped was never sent, as far as it knows."""
    got, ready = list[Any](), threading.Event()

    def wait() -> None:
        got.append(signal.wait_sync(timeout=60))

    with when_waiting(signal, ready.set):
        thread = threading.Thread(target=wait)
        thread.start()
        assert ready.wait(60)
        with suppress(KeyError), signal.held():
            signal.send("a", number=1)
            raise KeyError
        with signal.held():
            signal.send("a", number=2)
            assert thread.is_alive()
        thread.join()
    assert got == [("a", Ping(number=2))]


# Threads and what else may come in between


def test_other_threads_are_not_held(signal: AnySignal, calls: Calls) -> None:
    """Neither one that the block starts, nor one that was there before."""
    go, done = threading.Event(), threading.Event()

    def wait_and_send() -> None:
        assert go.wait(60)
        signal.send("before", number=1)
        done.set()

    thread = threading.Thread(target=wait_and_send)
    thread.start()
    with signal.held():
        signal.send("held", number=3)
        go.set()
        assert done.wait(60)
        in_thread(lambda: signal.send("started", number=2))
    thread.join()
    assert calls == [("before", 1), ("started", 2), ("held", 3)]


def test_threads_hold_their_own(signal: AnySignal, calls: Calls) -> None:
    """A block in one thread inside that of another."""

    def hold() -> None:
        with signal.held():
            signal.send("b", number=2)
            assert calls == []

    with signal.held():
        signal.send("a", number=1)
        in_thread(hold)
        assert calls == [("b", 2)]
    assert calls == [("b", 2), ("a", 1)]


def test_a_thread_does_not_inherit_the_block_of_one_that_has_ended(signal: AnySignal, calls: Calls) -> None:
    """Even if it gets its number, as it may as soon as that is free."""
    numbers, blocks = set[int](), list[Any]()

    def leave_open() -> None:
        numbers.add(threading.get_ident())
        block = signal.held()
        block.__enter__()
        blocks.append(block)

    def send() -> None:
        repeated.append(threading.get_ident() in numbers)
        signal.send("a")

    repeated: list[bool] = []
    in_thread(leave_open)
    for _ in range(100):
        in_thread(send)
        if any(repeated):
            break
    assert len(calls) == len(repeated)
    signal.send("a")
    assert len(calls) == len(repeated) + 1
    blocks.pop().__exit__(None, None, None)
    assert signal._table._blocks == ()


def test_a_generator_that_is_given_up_leaves_no_block_open(signal: AnySignal, calls: Calls) -> None:
    """Even if what it sent leads to it: the signal does not keep what is held alive."""

    class Walk:
        steps: Iterator[None]

        def walk(self) -> Iterator[None]:
            with signal.held():
                signal.send(self)
                yield

    walk = Walk()
    walk.steps = walk.walk()
    next(walk.steps)
    signal.send("a")
    gone = weakref.ref(walk)
    del walk
    gc.collect()
    assert gone() is None
    assert calls == []
    signal.send("b")
    assert calls == [("b", 1)]


def test_a_generator_that_is_closed_drops_or_delivers(signal: AnySignal, calls: Calls) -> None:
    """Closing it raises an exception in the block."""

    def walk(on_error: Any) -> Iterator[None]:
        with signal.held(on_error=on_error):
            signal.send(on_error)
            yield

    for on_error in ("drop", "deliver"):
        for _ in walk(on_error):
            break
        gc.collect()
    assert calls == [("deliver", 1)]


def test_a_finalizer_that_sends_is_held(signal: AnySignal, calls: Calls) -> None:
    """It runs in the thread of the block."""

    class Closing:
        def __del__(self) -> None:
            signal.send("closing")

    with signal.held():
        Closing()
        gc.collect()
        assert calls == []
    assert calls == [("closing", 1)]


# Signals that change meanwhile


def test_a_prepared_send_is_held(signal: AnySignal, calls: Calls) -> None:
    """As often as it is sent, and in the way in which it is sent; preparing it sends nothing."""
    prepared = signal.prepare("a", number=1)
    with signal.held():
        assert prepared.send() == []
        assert prepared.send_robust() == []
        late = signal.prepare("b", number=2)
        assert calls == []
    assert calls == [("a", 1), ("a", 1)]
    late.send()
    assert calls[2:] == [("b", 2)]


def test_a_payload_that_was_declared_again_does_not_carry_what_was_sent_before() -> None:
    """The error says so; what is sent after the new declaration is delivered."""
    namespace, calls = Namespace("test"), Calls()

    def declare() -> tuple[AnySignal, type[Payload]]:
        class Ping(Payload):
            number: int

        return namespace.signal("ping", Ping), Ping

    signal, _ = declare()
    signal.connect(calls)
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send("a", number=1)
        assert declare()[0] is signal
        signal.send("a", number=2)
    assert calls == [("a", 2)]
    (error,) = raised.value.exceptions
    assert isinstance(error, PayloadError)
    assert "from another declaration: the class was declared twice" in str(error)


def test_a_rebuilt_payload_carries_what_was_sent_before(signal: AnySignal, calls: Calls) -> None:
    """It is the same class."""
    with signal.held():
        signal.send("a", number=1)
        Ping.model_rebuild(force=True)
        signal.send("a", number=2)
    assert calls == [("a", 1), ("a", 2)]


def test_a_sender_of_the_former_class_is_refused() -> None:
    """If the signal was declared again with another one."""
    namespace = Namespace("test")

    def declare() -> tuple[AnySignal, type[Any]]:
        class Shop: ...

        return namespace.signal("opened", sender=Shop), Shop

    signal, shop = declare()
    with pytest.raises(ExceptionGroup) as raised, signal.held():
        signal.send(shop())
        declare()
    assert isinstance(raised.value.exceptions[0], SenderError)


def test_what_a_blinker_signal_sends_is_held(calls: Calls) -> None:
    """With keywords that are no fields, which only receivers with ``**extra`` get."""
    theirs = blinker.Signal()
    ours, got = typed(theirs, Ping), list[object]()
    ours.connect(lambda sender, **fields: got.append(fields), weak=False)
    with ours.held():
        assert [results for _, results in theirs.send("a", number=2, colour="red")] == [[]]
        assert got == []
    assert got == [{"number": 2, "colour": "red"}]


def test_the_meta_signals_can_be_held(signal: AnySignal, calls: Calls) -> None:
    """They are signals like others."""
    got = list[object]()
    signal.receiver_connected.connect(lambda signal, receiver, **details: got.append(receiver), weak=False)
    late = Calls()
    with signal.receiver_connected.held():
        signal.connect(late)
        assert got == []
    assert got == [late]
