"""Blocks in which sends are held, and delivered at the end."""

# ruff: noqa: PT012 - what is held, and the end that raises, belong to one block

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tests.held import Calls
from tests.ways import Ping, Way, every_way, finished
from typedsignals import (
    AsyncReceiverError,
    Payload,
    PayloadError,
    SenderError,
    Signal,
)

pytestmark = pytest.mark.usefixtures("code")

AnySignal = Signal[Any, Any, ...]
HERE = __file__


class Shop: ...


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
    assert first.signal is second.signal is signal
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
    assert (record.name, record.levelno) == ("typedsignals", logging.ERROR)
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
