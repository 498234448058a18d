"""What receivers may do to connections while a send is under way, in each way of sending."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from tests.ways import AnyReceiver, Ping, Way, every_way, finished
from typedsignals import ANY, AsyncReceiverError, PayloadError, Signal

pytestmark = pytest.mark.usefixtures("code")


def made(name: str, calls: list[str], act: Callable[[], object] = lambda: None) -> AnyReceiver:
    """Make a receiver that records its call, and then does something."""

    def receiver(sender: object, payload: Any = None, **extra: Any) -> None:
        calls.append(name)
        act()

    return receiver


@every_way
def test_a_receiver_disconnected_before_its_turn_is_not_called(way: Way) -> None:
    """The send does not reach receivers that the first one disconnects, but reaches the others."""
    signal, calls = way.signal(), list[str]()
    second, third = made("second", calls), made("third", calls)
    first = made("first", calls, lambda: signal.disconnect(second))
    for receiver in (first, second, third):
        way.connect(signal, receiver)
    assert way.send(signal, None) == [first, third]
    assert calls == ["first", "third"]


@every_way
def test_a_receiver_disconnected_after_its_turn_has_been_called(way: Way) -> None:
    """Disconnecting one that was called changes nothing for the others."""
    signal, calls = way.signal(), list[str]()
    first, third = made("first", calls), made("third", calls)
    second = made("second", calls, lambda: signal.disconnect(first))
    for receiver in (first, second, third):
        way.connect(signal, receiver)
    assert way.send(signal, None) == [first, second, third]
    assert way.send(signal, None) == [second, third]


@every_way
def test_a_receiver_may_disconnect_itself(way: Way) -> None:
    """It is called this once, and the next one is not skipped."""
    signal, calls = way.signal(), list[str]()
    first = made("first", calls, lambda: signal.disconnect(first))
    second = made("second", calls)
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    way.send(signal, None)
    assert calls == ["first", "second", "second"]


@every_way
def test_all_receivers_may_disconnect_all(way: Way) -> None:
    """The first to run ends the send for the others."""
    signal, calls, receivers = way.signal(), list[str](), list[AnyReceiver]()

    def disconnect_all() -> None:
        for receiver in receivers:
            signal.disconnect(receiver)

    receivers += [made(name, calls, disconnect_all) for name in "abc"]
    for receiver in receivers:
        way.connect(signal, receiver)
    way.send(signal, None)
    assert calls == ["a"]
    assert not signal.connections


@every_way
def test_a_receiver_connected_during_a_send_waits_for_the_next(way: Way) -> None:
    """Even if its priority would make it the first, or it is for this sender only."""
    signal, calls, sender = way.signal(), list[str](), Sender()
    late, urgent, own = made("late", calls), made("urgent", calls), made("own", calls)

    def connect_more() -> None:
        way.connect(signal, late)
        way.connect(signal, urgent, priority=5)
        way.connect(signal, own, sender)

    first = made("first", calls, connect_more)
    way.connect(signal, first)
    way.send(signal, sender)
    assert calls == ["first"]
    way.send(signal, sender)
    assert calls == ["first", "urgent", "first", "late", "own"]


@every_way
def test_a_receiver_reconnected_before_its_turn_is_a_new_one(way: Way) -> None:
    """Disconnecting and connecting again makes a new connection, which the next send calls."""
    signal, calls = way.signal(), list[str]()
    second = made("second", calls)

    def reconnect() -> None:
        signal.disconnect(second)
        way.connect(signal, second)

    first = made("first", calls, reconnect)
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    assert calls == ["first"]
    way.send(signal, None)
    assert calls == ["first", "first"]
    signal.disconnect(first)
    way.send(signal, None)
    assert calls == ["first", "first", "second"]


@every_way
def test_a_connection_replaced_before_its_turn_is_still_called(way: Way) -> None:
    """Connecting again without disconnecting keeps the position, so the send goes on as it began."""
    signal, calls = way.signal(), list[str]()
    second = made("second", calls)
    first = made("first", calls, lambda: way.connect(signal, second, weak=False, priority=-1))
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    assert calls == ["first", "second"]


@every_way
def test_a_receiver_collected_before_its_turn_is_not_called(way: Way) -> None:
    """A method whose object the first receiver drops is skipped."""
    signal, calls, objects = way.signal(), list[str](), dict[str, Recorder]()

    def drop() -> None:
        objects.clear()
        gc.collect()

    first = made("first", calls, drop)
    objects["second"] = Recorder("second", calls)
    way.connect(signal, first, weak=False)
    way.connect(signal, objects["second"].receive, weak=True)
    third = made("third", calls)
    way.connect(signal, third)
    way.send(signal, None)
    assert calls == ["first", "third"]


@every_way
def test_a_function_collected_before_its_turn_is_not_called(way: Way) -> None:
    """As with methods; no warning, because the send had already reached it."""
    signal, calls, functions = way.signal(), list[str](), list[AnyReceiver]()
    first = made("first", calls, functions.clear)
    functions.append(made("second", calls))
    way.connect(signal, first)
    way.connect(signal, functions[0], weak=True)
    way.send(signal, None)
    assert calls == ["first"]


@every_way
def test_the_sender_may_die_during_its_send(way: Way) -> None:
    """Its connections end with it, but the send holds its sender, so later receivers are called."""
    signal, calls = way.signal(), list[str]()
    senders = [Sender()]

    def drop() -> None:
        senders.clear()
        gc.collect()

    first, second = made("first", calls, drop), made("second", calls)
    way.connect(signal, first, senders[0])
    way.connect(signal, second, senders[0])
    way.send(signal, senders[0])
    assert calls == ["first", "second"]
    gc.collect()
    assert not signal.connections


@every_way
def test_sending_from_a_receiver_nests(way: Way) -> None:
    """The inner send ends before the outer one goes on."""
    signal, calls = way.signal(), list[str]()

    def send_again() -> None:
        if calls.count("first") < 3:
            way.send(signal, None)

    first, second = made("first", calls, send_again), made("second", calls)
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    assert calls == ["first", "first", "first", "second", "second", "second"]


@every_way
def test_a_receiver_disconnected_by_an_inner_send_is_not_called_by_the_outer(way: Way) -> None:
    """All sends under way see that it is gone."""
    signal, calls, depth = way.signal(), list[str](), list[int]()

    def act() -> None:
        depth.append(0)
        if len(depth) == 1:
            way.send(signal, None)
        else:
            signal.disconnect(second)

    first, second = made("first", calls, act), made("second", calls)
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    assert calls == ["first", "first"]


@every_way
def test_once_means_once(way: Way) -> None:
    """The second send does not call it, and the connection is gone."""
    signal, calls = way.signal(), list[str]()
    once, always = made("once", calls), made("always", calls)
    way.connect(signal, once, once=True)
    way.connect(signal, always)
    assert way.send(signal, None) == [once, always]
    assert way.send(signal, None) == [always]
    assert [connection.receiver for connection in signal.connections] == [always]


@every_way
def test_once_means_once_when_it_sends_again(way: Way) -> None:
    """It is disconnected before it is called, not after."""
    signal, calls = way.signal(), list[str]()
    once = made("once", calls, lambda: way.send(signal, None))
    way.connect(signal, once, once=True)
    way.send(signal, None)
    assert calls == ["once"]


@every_way
def test_once_means_once_when_an_inner_send_was_faster(way: Way) -> None:
    """The outer send finds it gone when its turn comes."""
    signal, calls = way.signal(), list[str]()

    def send_again() -> None:
        if calls == ["first"]:
            way.send(signal, None)

    first, once = made("first", calls, send_again), made("once", calls)
    way.connect(signal, first)
    way.connect(signal, once, once=True)
    way.send(signal, None)
    assert calls == ["first", "first", "once"]


@every_way
def test_a_once_receiver_may_connect_itself_again(way: Way) -> None:
    """It is then called by the next send, and not by this one."""
    signal, calls = way.signal(), list[str]()
    once = made("once", calls, lambda: way.connect(signal, once, once=True))
    way.connect(signal, once, once=True)
    for _ in range(3):
        way.send(signal, None)
    assert calls == ["once"] * 3


@every_way
def test_a_once_receiver_disconnected_before_its_turn_is_not_called(way: Way) -> None:
    """Like any other."""
    signal, calls = way.signal(), list[str]()
    once = made("once", calls)
    first = made("first", calls, lambda: signal.disconnect(once))
    way.connect(signal, first)
    way.connect(signal, once, once=True)
    way.send(signal, None)
    assert calls == ["first"]


@every_way
def test_a_once_receiver_of_another_sender_waits(way: Way) -> None:
    """Only the send that calls it uses it up."""
    signal, calls, sender = way.signal(), list[str](), Sender()
    once = made("once", calls)
    way.connect(signal, once, sender, once=True)
    way.send(signal, Sender())
    assert calls == []
    way.send(signal, sender)
    way.send(signal, sender)
    assert calls == ["once"]


@every_way
def test_muting_during_a_send_is_for_the_next(way: Way) -> None:
    """A receiver that opens a muted block and sends in it reaches no one; the outer send goes on."""
    signal, calls = way.signal(), list[str]()

    def send_muted() -> None:
        with signal.muted():
            assert way.send(signal, None) == []

    first, second = made("first", calls, send_muted), made("second", calls)
    way.connect(signal, first)
    way.connect(signal, second)
    way.send(signal, None)
    assert calls == ["first", "second"]


@every_way
def test_garbage_collection_inside_receivers_is_harmless(way: Way) -> None:
    """Receivers may collect cycles that contain other receivers: those that die are skipped, the others are called."""
    signal, calls = way.signal(), list[str]()
    cycles = [Recorder(f"cyclic {number}", calls) for number in range(3)]
    for recorder in cycles:
        recorder.other = recorder

    def collect() -> None:
        cycles.clear()
        gc.collect()

    first, last = made("first", calls, collect), made("last", calls)
    way.connect(signal, first)
    for recorder in cycles:
        way.connect(signal, recorder.receive, weak=True)
    way.connect(signal, last)
    del recorder
    way.send(signal, None)
    assert calls == ["first", "last"]
    assert len(signal.connections) == 2


def test_a_connected_to_block_around_a_send_ends_in_time() -> None:
    """A receiver connected by a block that an earlier receiver closes is not called."""
    signal, calls = Signal(), list[str]()
    second = made("second", calls)
    block = signal.connected_to(second)
    first = made("first", calls, lambda: block.__exit__(None, None, None))
    signal.connect(first)
    block.__enter__()
    signal.send(None)
    assert calls == ["first"]


def test_a_failed_send_uses_up_nothing() -> None:
    """A send that is refused calls no one, so a receiver that is to be called once is still connected."""
    signal, calls = Signal(Ping), list[str]()
    once = made("once", calls)
    signal.connect(once, once=True)
    with pytest.raises(PayloadError):
        signal.send(None, number="seven")  # type: ignore[arg-type]
    signal.send(None)
    assert calls == ["once"]


async def coroutine_receiver(sender: object, **extra: Any) -> str:
    """A coroutine function."""
    return "awaited"


def test_a_refused_coroutine_receiver_uses_up_no_once() -> None:
    """`send` raises before any receiver runs, also before one is claimed to run once."""
    signal, calls = Signal(), list[str]()
    once = made("once", calls)
    signal.connect(once, once=True)
    signal.connect(coroutine_receiver)  # type: ignore[signal-async]
    with pytest.raises(AsyncReceiverError):
        signal.send(None)
    signal.disconnect(coroutine_receiver)
    signal.send(None)
    assert calls == ["once"]


def test_a_robust_send_does_not_use_up_a_coroutine_receiver() -> None:
    """The send cannot call it, so the receiver keeps its one call."""
    signal = Signal()
    signal.connect(coroutine_receiver, once=True)
    assert not signal.send_robust(None)[0].ok
    assert finished(signal.send_async(None)) == [(coroutine_receiver, "awaited")]
    assert signal.send_robust(None) == []


def test_once_for_one_sender_and_always_for_any() -> None:
    """Of two connections of one receiver, the call ends only the one with ``once``."""
    signal, calls, sender = Signal(), list[str](), Sender()
    receiver = made("call", calls)
    signal.connect(receiver, sender, once=True, priority=1)
    signal.connect(receiver)
    signal.send(sender)
    signal.send(sender)
    assert calls == ["call", "call"]
    assert [connection.sender for connection in signal.connections] == [ANY]


class Sender:
    """Something that sends."""


class Recorder:
    """An object with a receiver."""

    def __init__(self, name: str, calls: list[str]) -> None:
        self.name = name
        self.calls = calls
        self.other: object = None

    def receive(self, sender: object, payload: Any = None, **extra: Any) -> None:
        self.calls.append(self.name)
