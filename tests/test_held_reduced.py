"""Blocks that hold sends and make one of those of each sender."""

# ruff: noqa: PT012 - what is held, and the end that raises, belong to one block

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.held import Calls, last
from tests.ways import Ping
from typedsignals import (
    Payload,
    PayloadError,
    Signal,
)

pytestmark = pytest.mark.usefixtures("code")

AnySignal = Signal[Any, Any, ...]
HERE = __file__


class Resized(Payload):
    width: int


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def signal(calls: Calls) -> AnySignal:
    made = Signal[Any, Any, ...](Ping, name="ping")
    made.connect(calls, weak=False)
    return made


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
        (asynchronous, r" \(.*reduced.py:\d+\) must be a plain function, as its result is delivered at once"),
        (generating, r" \(.*reduced.py:\d+\) must be a plain function, as its result is delivered at once"),
        (
            of_two,
            r" \(.*reduced.py:\d+\) is called reduce\(payloads\), but missing a required argument: 'second'",
        ),
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
