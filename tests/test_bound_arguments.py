"""Receivers that bind a value to a field, as a partial with a keyword does, keep that value."""

from __future__ import annotations

from functools import partial, partialmethod
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.ways import AnySignal, CheckedPing, Ping, Way, every_way, finished
from typedsignals import Payload, ReceiverSignatureError, Signal


class Point(Payload):
    x: int = 1
    y: int = 2


def both(sender: object, x: int, y: int) -> tuple[int, int]:
    return x, y


def one(sender: object, x: int, **extra: object) -> tuple[object, ...]:
    return (x, *extra.items())


def extra_only(sender: object, **extra: object) -> dict[str, object]:
    return extra


class Receivers:
    def method(self, sender: object, x: int, y: int) -> tuple[int, int]:
        return x, y

    async def coroutine_method(self, sender: object, x: int, y: int) -> tuple[int, int]:
        return x, y

    partial_method = partialmethod(method, x=99)
    partial_method_of_object = partialmethod(lambda self, sender, x, y: (x, y), x=99)
    partial_method_of_partial = partialmethod(partial(lambda self, sender, x, y: (x, y), y=5), x=99)


receivers = Receivers()

KEPT: dict[str, tuple[Any, object]] = {
    "named": (partial(both, x=99), (99, 5)),
    "all of them": (partial(both, x=99, y=98), (99, 98)),
    "of a partial": (partial(partial(both, x=99), y=98), (99, 98)),
    "given again": (partial(partial(both, x=98), x=99), (99, 5)),
    "beside extra": (partial(one, x=99), (99, ("y", 5))),
    "in extra": (partial(extra_only, x=99), {"x": 99, "y": 5}),
    "method": (partial(receivers.method, x=99), (99, 5)),
    "partial method": (receivers.partial_method, (99, 5)),
    "partial method of a function": (receivers.partial_method_of_object, (99, 5)),
    "partial method of a partial": (receivers.partial_method_of_partial, (99, 5)),
    "partial of a partial method": (partial(receivers.partial_method, y=98), (99, 98)),
    "no field": (partial(lambda sender, x, y, z: (x, y, z), z=99), (4, 5, 99)),
    "by position": (partial(lambda z, sender, x, y: (x, y, z), 99), (4, 5, 99)),
}


@pytest.mark.parametrize(("receiver", "expected"), KEPT.values(), ids=KEPT.keys())
def test_what_a_receiver_is_bound_to_stays(receiver: Any, expected: object) -> None:
    """Type checkers accept it; an author who writes 99 there means it, whatever is sent."""
    signal: AnySignal = Signal(Point)
    signal.connect(receiver, weak=False)
    for _ in range(20):
        assert [value for _, value in signal.send(None, x=4, y=5)] == [expected]
    assert [outcome.value for outcome in signal.send_robust(None, x=4, y=5)] == [expected]
    assert [value for _, value in signal.send_payload(None, Point(x=4, y=5))] == [expected]
    assert [value for _, value in finished(signal.send_async(None, x=4, y=5))] == [expected]


def test_a_coroutine_function_keeps_what_it_is_bound_to() -> None:
    """As a plain one does."""
    signal: AnySignal = Signal(Point)
    signal.connect(partial(receivers.coroutine_method, x=99), weak=False)
    assert [value for _, value in finished(signal.send_async(None, x=4, y=5))] == [(99, 5)]


numbers: list[int] = []


def note(sender: object, payload: object = None, *, number: int = 0) -> None:
    numbers.append(number)


@every_way
def test_it_stays_in_every_way(way: Way) -> None:
    """Beside others, which get what is sent; if a receiver takes the payload or there is none, nothing is kept."""
    signal = way.signal()
    way.connect(signal, note, weak=False)
    way.connect(signal, partial(note, number=99), weak=False)
    signal.connect(lambda sender, **extra: None, weak=False)
    numbers.clear()
    for _ in range(20):
        way.send(signal, None)
    assert set(numbers[1::2]) == {99}
    assert 99 not in numbers[::2]


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    x: int = 1


def test_it_stays_for_a_keyword_that_is_not_known_before_it_is_sent() -> None:
    """A payload that allows more than its fields cannot take it away either."""
    signal: AnySignal = Signal(Open)
    signal.connect(partial(extra_only, more=99), weak=False)
    assert [value for _, value in signal.send(None, x=4, more=5, other=6)] == [{"x": 4, "more": 99, "other": 6}]


def test_a_sender_cannot_be_bound() -> None:
    """It is passed by position, so it would be given twice."""
    for bound in (partial(both, sender=1), partial(one, sender=1)):
        with pytest.raises(ReceiverSignatureError, match="it must take the sender as its first positional parameter"):
            Signal(Point).connect(bound)
    with pytest.raises(ReceiverSignatureError, match=r"called as receiver\(sender, payload\)"):
        Signal(Point).connect(partial(lambda sender, payload: 0, payload=1), weak=False, as_payload=True)


class Ageing(Payload):
    old: int = Field(1, deprecated="not any more")
    new: int = 2


def test_a_deprecated_field_that_is_bound_is_not_taken() -> None:
    """So there is nothing to warn of."""
    signal: AnySignal = Signal(Ageing)
    signal.connect(partial(lambda sender, old, new: (old, new), old=99), weak=False)
    assert [value for _, value in signal.send(None)] == [(99, 2)]


@pytest.mark.parametrize("payload", [Ping, CheckedPing])
def test_each_send_gives_others_what_is_sent(payload: type[Payload]) -> None:
    """The value that one receiver keeps does not affect others."""
    signal: AnySignal = Signal(payload)
    signal.connect(partial(extra_only, number=99), weak=False)
    signal.connect(extra_only)
    assert [value for _, value in signal.send(None, number=7)] == [{"number": 99}, {"number": 7}]
