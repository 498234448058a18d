"""Connecting receivers of every kind, and in which order they are called."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial, partialmethod, singledispatch, wraps
from operator import itemgetter
from types import MethodType
from typing import Any
from unittest.mock import Mock, call, create_autospec
from xmlrpc.client import ServerProxy

import pytest

from tests.ways import AnyReceiver, Ping, Way, every_way, finished
from typedsignals import ANY, Payload, ReceiverSignatureError, Signal


def function(sender: object, payload: object = None, **extra: object) -> None: ...


def other(sender: object, payload: object = None, **extra: object) -> None: ...


class Numbered(Payload):
    number: int


class Receivers:
    def method(self, sender: object, **extra: object) -> None: ...

    @classmethod
    def of_class(cls, sender: object, **extra: object) -> None: ...

    @staticmethod
    def static(sender: object, **extra: object) -> None: ...

    def with_option(self, option: object, sender: object, **extra: object) -> None: ...

    partial_method = partialmethod(with_option, "option")

    def __call__(self, sender: object, **extra: object) -> None: ...


class Slotted:
    __slots__ = ()

    def method(self, sender: object, **extra: object) -> None: ...

    def __call__(self, sender: object, **extra: object) -> None: ...


class Made:
    def __init__(self, sender: object, **extra: object) -> None: ...


class Unequal:
    """A callable object that equals nothing, is false, and cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return False

    def __bool__(self) -> bool:
        return False

    def __call__(self, sender: object, **extra: object) -> None: ...


class Answering:
    """A callable object that has every attribute, each of them another such object."""

    def __getattr__(self, name: str) -> Answering:
        return Answering()

    def __call__(self, sender: object, **extra: object) -> None: ...


@wraps(function)
def wrapped(*args: Any, **kwargs: Any) -> None:
    function(*args, **kwargs)


def closure() -> AnyReceiver:
    seen = list[object]()

    def receiver(sender: object, **extra: object) -> None:
        seen.append(sender)

    return receiver


owner = Receivers()

RECEIVERS: dict[str, Any] = {
    "function": function,
    "lambda": lambda sender, **extra: None,
    "closure": closure(),
    "method": owner.method,
    "class method": owner.of_class,
    "class method of the class": Receivers.of_class,
    "static method": owner.static,
    "partial": partial(function),
    "partial of a partial": partial(partial(owner.with_option), "option"),
    "partial method": owner.partial_method,
    "method of a partial": MethodType(partial(owner.with_option), "option"),
    "callable object": owner,
    "slotted object": Slotted(),
    "slotted object's method": Slotted().method,
    "class": Made,
    "builtin": print,
    "method of a builtin object": [].append,
    "itemgetter": itemgetter(0),
    "type": type,
    "wrapped": wrapped,
    "singledispatch": singledispatch(function),
    "mock": Mock(),
    "mock of a function": Mock(spec=function),
    "mock of a method": Mock(spec=owner.method),
    "autospec": create_autospec(function),
    "mock.call": call,
    "unequal": Unequal(),
    "answering": Answering(),
    "remote": ServerProxy("http://localhost").remote,
}


@pytest.mark.parametrize("receiver", RECEIVERS.values(), ids=RECEIVERS.keys())
def test_any_callable_can_be_connected(receiver: Any) -> None:
    """It is called, named in the results, found by introspection, and disconnected: the very same object."""
    signal = Signal()
    assert signal.connect(receiver, weak=False) is receiver
    assert [connection.receiver for connection in signal.connections] == [receiver] or receiver != receiver  # noqa: PLR0124
    assert signal.connections[0].receiver is receiver
    assert list(signal.receivers.values())[0] is receiver  # noqa: RUF015 - a mapping's only value
    assert not signal.connections[0].is_async
    signal.connect(receiver, "other sender", weak=False)
    signal.disconnect(receiver)
    assert signal.connections == ()


CALLABLE = [name for name in RECEIVERS if name not in ("itemgetter", "remote", "method of a builtin object")]


@pytest.mark.parametrize("name", CALLABLE)
def test_any_callable_is_called(name: str) -> None:
    """With the sender; the results name the receiver."""
    signal, receiver = Signal(), RECEIVERS[name]
    signal.connect(receiver, weak=False)
    for _ in range(2):
        ((called, _value),) = signal.send("x")
        assert called is receiver
        ((called, _value),) = finished(signal.send_async("x"))
        assert called is receiver
        assert signal.send_robust("x")[0].error is None


def test_a_bound_method_is_the_same_receiver_each_time() -> None:
    """Though Python creates it anew at each access; that of another object is another receiver."""
    signal, one, two = Signal(), Receivers(), Receivers()
    signal.connect(one.method)
    signal.connect(one.method)
    signal.connect(two.method)
    assert [receiver for receiver, _ in signal.send(None)] == [one.method, two.method]
    signal.disconnect(one.method)
    assert [receiver for receiver, _ in signal.send(None)] == [two.method]


def test_receivers_go_by_identity() -> None:
    """Equal ones are not the same."""
    signal = Signal()
    receivers = [partial(function) for _ in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    signal.disconnect(receivers[1])
    assert [receiver for receiver, _ in signal.send(None)] == [receivers[0], receivers[2]]


def test_connect_is_a_decorator() -> None:
    """For any sender; `connect_via` for one."""
    signal = Signal(Numbered)

    @signal.connect
    def for_any(sender: object, number: int) -> int:
        return number

    @signal.connect_via("x", priority=1)
    def for_one(sender: object, number: int) -> int:
        return -number

    @signal.connect_via("x", as_payload=True, once=True)
    def payload_for_one(sender: object, payload: Numbered) -> int:
        return payload.number * 10

    assert [value for _, value in signal.send("x", number=2)] == [-2, 2, 20]
    assert [value for _, value in signal.send("x", number=2)] == [-2, 2]
    assert [value for _, value in signal.send("y", number=2)] == [2]


def test_disconnecting_what_is_not_connected_does_nothing() -> None:
    """Whatever it is, and for a sender alone too."""
    signal = Signal()
    signal.connect(function)
    for receiver in (other, owner.method, print, Slotted().method):
        signal.disconnect(receiver)
        signal.disconnect(receiver, "x")
    signal.disconnect(function, "x")
    assert len(signal.connections) == 1


# Order


def named(name: str, calls: list[str]) -> AnyReceiver:
    def receiver(sender: object, payload: object = None, **extra: object) -> None:
        calls.append(name)

    return receiver


@every_way
def test_receivers_are_called_by_priority_then_in_order_of_connection(way: Way) -> None:
    """Negative priorities come last; a sender's own receivers are no exception."""
    signal, calls = way.signal(), list[str]()
    plan = [("d", 0, ANY), ("b", 1, "x"), ("f", -1, ANY), ("a", 2, ANY), ("e", 0, "x"), ("c", 1, ANY), ("g", -1, "x")]
    receivers = [named(name, calls) for name, _, _ in plan]
    for receiver, (_, priority, sender) in zip(receivers, plan, strict=True):
        way.connect(signal, receiver, sender, priority=priority)
    way.send(signal, "x")
    assert "".join(calls) == "abcdefg"
    calls.clear()
    way.send(signal, "y")
    assert "".join(calls) == "acdf"


@every_way
def test_reconnecting_keeps_the_position(way: Way) -> None:
    """The receiver keeps its position among those of its priority, and is called once."""
    signal, calls = way.signal(), list[str]()
    a, b = named("a", calls), named("b", calls)
    way.connect(signal, a)
    way.connect(signal, b)
    way.connect(signal, a)
    way.send(signal, None)
    assert calls == ["a", "b"]
    way.connect(signal, a, priority=-1)
    way.send(signal, None)
    assert calls[2:] == ["b", "a"]
    way.connect(signal, a)
    way.send(signal, None)
    assert calls[4:] == ["a", "b"]


def test_disconnecting_gives_up_the_position() -> None:
    """Connected again, it comes last."""
    signal, calls = Signal(), list[str]()
    a, b = named("a", calls), named("b", calls)
    signal.connect(a)
    signal.connect(b)
    signal.disconnect(a)
    signal.connect(a)
    signal.send(None)
    assert calls == ["b", "a"]


def test_reconnecting_changes_all_terms() -> None:
    """The latest options apply, including the defaults of those that are not given."""
    signal = Signal(Ping)

    def receiver(sender: object, payload: Ping | None = None, **extra: object) -> str:
        return "keywords" if payload is None else "payload"

    signal.connect(receiver, as_payload=True, once=True, priority=3, weak=False)
    signal.connect(receiver)
    (connection,) = signal.connections
    assert (connection.as_payload, connection.once, connection.priority, connection.weak) == (False, False, 0, True)
    assert signal.send(None) == signal.send(None) == [(receiver, "keywords")]


# Introspection


def test_connections_show_all_options() -> None:
    """As frozen records, in order, that do not change afterwards."""
    signal = Signal(Numbered)

    class Sender: ...

    sender = Sender()

    async def coroutine_receiver(sender: object, number: int) -> None: ...

    signal.connect(function, sender, as_payload=True, priority=2, once=True)
    signal.connect(coroutine_receiver, weak=False)
    first, second = before = signal.connections
    assert (first.receiver, first.sender, first.weak, first.as_payload) == (function, sender, True, True)
    assert (first.priority, first.once, first.is_async) == (2, True, False)
    assert (second.receiver, second.sender, second.weak, second.as_payload) == (coroutine_receiver, ANY, False, False)
    assert (second.is_async, second.takes_extra) == (True, False)
    signal.disconnect(function)
    assert before[0].priority == 2
    assert len(signal.connections) == 1
    with pytest.raises(AttributeError):
        second.priority = 3  # type: ignore[misc]


def test_receivers_tells_whether_there_are_any() -> None:
    """As Blinker documents it; one receiver of two senders is there twice, under two keys."""
    signal = Signal()
    assert not signal.receivers
    signal.connect(function)
    signal.connect(function, "x")
    assert list(signal.receivers.values()) == [function, function]
    signal.disconnect(function)
    assert not signal.receivers


def test_receivers_for_gives_them_in_order() -> None:
    """Those of the sender and those of any; for ANY only the latter."""
    signal = Signal()
    signal.connect(function)
    signal.connect(other, "x", priority=1)
    assert list(signal.receivers_for("x")) == [other, function]
    assert list(signal.receivers_for("y")) == list(signal.receivers_for(ANY)) == [function]
    signal.disconnect(function)
    assert (signal.has_receivers_for("x"), signal.has_receivers_for("y")) == (True, False)


def test_a_receiver_that_dies_while_it_is_looked_at_is_left_out() -> None:
    """Introspection keeps nobody alive longer than its own results."""
    signal, owners = Signal(), [Receivers() for _ in range(3)]
    for one in owners:
        signal.connect(one.method)
    found = signal.receivers_for(None)
    assert next(found) == owners[0].method
    del owners[1], one
    assert list(found) == [owners[1].method]


def test_any_is_one_of_a_kind() -> None:
    """And the same as `Signal.ANY`."""
    assert (repr(ANY), Signal.ANY is ANY) == ("ANY", True)


# Meta-signals


def listening(signal: Signal[Any, Any, ...]) -> tuple[list[dict[str, Any]], Callable[..., None]]:
    told = list[dict[str, Any]]()

    def listener(signal: object, /, **details: Any) -> None:
        told.append({"signal": signal, **details})

    signal.receiver_connected.connect(listener, weak=False)
    signal.receiver_disconnected.connect(listener, weak=False)
    return told, listener


def test_meta_signals_tell_of_connecting_and_disconnecting() -> None:
    """After the fact, with the arguments; each call counts, even if it changes nothing."""
    signal = Signal[Any, Any, ...]()
    told, listener = listening(signal)
    signal.connect(function)
    signal.connect_via("x")(function)
    assert told == [
        {"signal": signal, "receiver": function, "sender": ANY, "weak": True},
        {"signal": signal, "receiver": function, "sender": "x", "weak": False},
    ]
    told.clear()
    signal.disconnect(function, "x")
    signal.disconnect(other)
    assert told == [
        {"signal": signal, "receiver": function, "sender": "x"},
        {"signal": signal, "receiver": other, "sender": ANY},
    ]
    told.clear()
    with signal.connected_to(other, "y"):
        assert told == [{"signal": signal, "receiver": other, "sender": "y", "weak": False}]
    assert told[1:] == [{"signal": signal, "receiver": other, "sender": "y"}]
    assert signal.receiver_connected.connections[0].receiver is listener


META_SIGNALS = ["receiver_connected", "receiver_disconnected", "waiting_started", "waiting_ended"]


@pytest.mark.parametrize("name", META_SIGNALS)
@pytest.mark.parametrize(
    "listener",
    [
        lambda sender, **details: None,
        lambda sender, receiver, weak, **details: None,
        lambda signal: None,
        lambda signal, recevier, **details: None,
        lambda **details: None,
        lambda signal, receiver, weak: None,
    ],
)
def test_meta_signals_refuse_receivers_that_cannot_take_what_they_send(name: str, listener: AnyReceiver) -> None:
    """As with a payload: their fields have names. One is `sender`, so the first parameter must have another."""
    signal = Signal()
    with pytest.raises(ReceiverSignatureError):
        getattr(signal, name).connect(listener, weak=False)
    signal.connect(function)
    assert len(signal.connections) == 1


@pytest.mark.parametrize(
    "listener",
    [
        lambda signal, receiver, sender, weak: None,
        lambda signal, /, **details: None,
        lambda signal, sender, **details: None,
        lambda *args, **kwargs: None,
        lambda sender, /, **details: None,
        lambda signal, receiver, weak, sender=None, more=1: None,
        partial(lambda signal, sender, **details: None, receiver=1),
    ],
)
def test_meta_signals_accept_receivers_that_can(listener: AnyReceiver) -> None:
    """Each call of `connect` then calls them."""
    signal = Signal()
    signal.receiver_connected.connect(listener, weak=False)
    signal.connect(function)
    assert len(signal.connections) == 1


def test_meta_signals_have_no_payload() -> None:
    """Though it is known what they send."""
    with pytest.raises(ReceiverSignatureError, match="it asks for the payload, but the signal has none"):
        Signal().receiver_connected.connect(lambda signal, payload: None, weak=False, as_payload=True)


def test_meta_signals_do_not_tell_of_deaths() -> None:
    """Nor of the end of a ``once`` connection."""
    signal = Signal[Any, Any, ...]()
    told, _listener = listening(signal)
    mortal = Receivers()
    signal.connect(mortal.method)
    signal.connect(function, mortal)
    signal.connect(other, once=True)
    told.clear()
    del mortal
    signal.send(None)
    assert signal.connections == ()
    assert told == []


@pytest.mark.parametrize(
    ("name", "doc"),
    [
        ("receiver_connected", "Sent after each connect."),
        ("receiver_disconnected", "Sent after each disconnect."),
        ("waiting_started", "Sent after a wait has begun."),
        ("waiting_ended", "Sent after a wait has ended."),
    ],
)
def test_meta_signals_say_what_they_are(name: str, doc: str) -> None:
    """In messages and logs, and to `help`."""
    meta_signal = getattr(Signal(), name)
    assert repr(meta_signal) == f"<Signal '{name}'>"
    assert meta_signal.__doc__ == doc


def test_a_receiver_of_a_meta_signal_finds_the_connection_made() -> None:
    """And may send at once, or disconnect it again."""
    signal, found = Signal[Any, Any, ...](), list[int]()

    def listener(signal: Any, /, receiver: AnyReceiver, **details: object) -> None:
        found.append(len(signal.connections))
        signal.disconnect(receiver)

    signal.receiver_connected.connect(listener)
    signal.connect(function)
    assert found == [1]
    assert signal.connections == ()


def test_a_receiver_that_dies_while_connections_are_listed_is_left_out() -> None:
    """The others are listed all the same."""

    def first(sender: object, **extra: object) -> None: ...

    def second(sender: object, **extra: object) -> None: ...

    signal = Signal()
    signal.connect(first)
    signal.connect(second)
    signal.send(None)
    listing = signal._described(signal._table.all())
    assert next(listing).receiver is first
    del second
    gc.collect()
    assert list(listing) == []
