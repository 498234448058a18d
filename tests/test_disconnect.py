"""What `disconnect` answers, and disconnecting everything."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import blinker
import pytest

from tests.ways import AnySignal, Ping, Way, every_way
from typedsignals import ANY, Namespace, Signal
from typedsignals.blinker import as_blinker, typed
from typedsignals.testing import isolated


def function(sender: object, payload: object = None, **extra: object) -> None: ...


def other(sender: object, payload: object = None, **extra: object) -> None: ...


class Owner:
    def method(self, sender: object, **extra: object) -> None: ...


owner = Owner()


@pytest.mark.parametrize("receiver", [function, owner.method])
def test_it_tells_whether_the_receiver_was_connected(receiver: Callable[..., None]) -> None:
    """The first time only."""
    signal = Signal()
    assert signal.disconnect(receiver) is False
    signal.connect(receiver)
    assert signal.disconnect(receiver) is True
    assert signal.disconnect(receiver) is False


def test_it_tells_whether_the_receiver_was_connected_to_this_sender() -> None:
    """And not whether it is connected to others, or to every sender."""
    signal = Signal()
    signal.connect(function)
    signal.connect(function, "x")
    assert not signal.disconnect(function, "y")
    assert signal.disconnect(function, "x")
    assert not signal.disconnect(function, "x")
    assert [connection.sender for connection in signal.connections] == [ANY]


@pytest.mark.parametrize("senders", [("x",), (ANY, "x"), ("x", "y"), (owner,)])
def test_without_a_sender_it_tells_whether_the_receiver_was_connected_to_any(senders: tuple[object, ...]) -> None:
    """To one of them, to several, or to every sender."""
    signal = Signal()
    signal.connect(other, "x")
    for sender in senders:
        signal.connect(function, sender)
    assert signal.disconnect(function) is True
    assert signal.disconnect(function) is False
    assert [connection.receiver for connection in signal.connections] == [other]


def test_what_has_ended_by_itself_is_not_connected() -> None:
    """The receiver was called once, or the sender died."""
    signal = Signal()
    signal.connect(function, once=True)
    signal.send(None)
    assert not signal.disconnect(function)

    signal.connect(function, Owner())
    gc.collect()
    assert not signal.disconnect(function)


@every_way
def test_the_first_to_disconnect_gets_the_answer(way: Way) -> None:
    """Also of two receivers that disconnect the same third one during a send."""
    answers = []
    signal = way.signal()

    def first(sender: object, payload: object = None, **extra: object) -> None:
        answers.append(signal.disconnect(function))

    def second(sender: object, payload: object = None, **extra: object) -> None:
        answers.append(signal.disconnect(function))

    for receiver in (first, second, function):
        way.connect(signal, receiver)
    assert way.send(signal, None) == [first, second]
    assert answers == [True, False]


def test_within_another_change_it_tells_what_it_will_do() -> None:
    """A finalizer that interrupts a change knows what it will disconnect when the change is done."""
    signal = Signal()
    answers: list[bool] = []
    signal.connect(function)
    signal._table._change(lambda: answers.extend((signal.disconnect(function), signal.disconnect(other))))
    assert answers == [True, False]
    assert signal.connections == ()


def test_all_can_be_disconnected_within_another_change() -> None:
    """They are when the change is done."""
    signal = Signal()
    answers: list[int] = []
    signal.connect(function, "x")
    signal._table._change(lambda: answers.append(signal.disconnect_all()))
    assert answers == [1]
    assert signal.connections == ()


def test_a_receiver_that_is_connected_to_senders_is_disconnected_within_another_change() -> None:
    """From all of them, when the change is done."""
    signal = Signal()
    answers: list[bool] = []
    for sender in (ANY, "x", "y"):
        signal.connect(function, sender)
    signal._table._change(lambda: answers.append(signal.disconnect(function)))
    assert answers == [True]
    assert signal.connections == ()


def test_what_an_isolated_block_hides_is_not_disconnected() -> None:
    """Neither one by one nor all at once."""
    signal = Signal()
    signal.connect(function)
    with isolated(signal):
        assert not signal.disconnect(function)
        signal.connect(other)
        assert signal.disconnect_all() == 1
    assert [connection.receiver for connection in signal.connections] == [function]


def test_blinkers_view_answers_too() -> None:
    """It gives the answer of the signal that it stands for."""
    signal = Signal()
    view: Any = as_blinker(signal)  # to type checkers, it is one of Blinker's, whose `disconnect` answers nothing
    view.connect(function, "x")
    assert view.disconnect(function, blinker.ANY) is True
    assert view.disconnect(function) is False


def test_a_signal_with_another_owner_answers_too() -> None:
    """And is no longer fed when nobody is connected."""
    theirs = blinker.Signal()
    ours = typed(theirs, Ping)
    for disconnect in (lambda: ours.disconnect(function), ours.disconnect_all):
        ours.connect(function)
        assert theirs.receivers
        assert disconnect() == 1
        assert not theirs.receivers
        assert disconnect() == 0


def test_all_are_disconnected_from_all_senders() -> None:
    """Weakly held receivers and others."""
    signal = Signal()
    signal.connect(function)
    signal.connect(function, "x", weak=False)
    signal.connect(owner.method, owner)
    assert signal.disconnect_all() == 3
    assert (signal.connections, signal.send("x"), signal.send(owner)) == ((), [], [])
    assert signal.disconnect_all() == 0


@every_way
def test_a_send_that_is_under_way_calls_nobody_after_all_are_disconnected(way: Way) -> None:
    """Not even the next receiver."""
    signal = way.signal()

    def first(sender: object, payload: object = None, **extra: object) -> None:
        signal.disconnect_all()

    for receiver in (first, function):
        way.connect(signal, receiver)
    assert way.send(signal, None) == [first]
    assert way.send(signal, None) == []


def test_each_disconnection_is_announced_when_all_have_ended() -> None:
    """With its receiver and its sender."""
    signal = Signal[Any, Any, ...]()
    announced: list[tuple[object, object, int]] = []

    def note(signal: AnySignal, receiver: object, sender: object) -> None:
        announced.append((receiver, sender, len(signal.connections)))

    signal.receiver_disconnected.connect(note)
    signal.connect(function, "x", weak=False)
    signal.connect(other)
    signal.disconnect_all()
    assert announced == [(function, "x", 0), (other, ANY, 0)]


def test_a_receiver_that_dies_as_others_are_told_is_not_announced() -> None:
    """Nobody can be told of what is gone."""
    signal = Signal[Any, Any, ...]()
    owners = [Owner(), Owner()]
    announced: list[object] = []

    def note(signal: AnySignal, receiver: object, sender: object) -> None:
        announced.append(sender)
        owners.clear()
        gc.collect()

    signal.receiver_disconnected.connect(note)
    for number, each in enumerate(owners):
        signal.connect(each.method, number)
    del each
    assert signal.disconnect_all() == 2
    assert announced == [0]


def test_waiting_goes_on_when_all_are_disconnected() -> None:
    """Code that waits is not a receiver."""
    signal = Signal[Any, Any, ...]()
    seen: list[object] = []
    with signal._watched(lambda sender, payload: seen.append(sender), ANY, None):
        assert signal.disconnect_all() == 0
        signal.send("x")
    assert seen == ["x"]


def test_a_block_restores_what_it_found_after_all_were_disconnected() -> None:
    """As after `disconnect`."""
    signal = Signal()
    signal.connect(function, priority=1)
    with signal.connected_to(function), signal.connected_to(other):
        assert signal.disconnect_all() == 2
        assert signal.send(None) == []
    assert [(connection.receiver, connection.priority) for connection in signal.connections] == [(function, 1)]


def test_a_namespace_disconnects_all_receivers_of_its_signals() -> None:
    """And of no other namespace."""
    shop, bank = Namespace("shop"), Namespace("bank")
    for signal in (shop.signal("placed"), shop.signal("paid"), bank.signal("paid")):
        signal.connect(function)
        signal.connect(other, "x")
    assert shop.disconnect_all() == 4
    assert [len(signal.connections) for signal in (*shop.values(), *bank.values())] == [0, 0, 2]
    assert shop.disconnect_all() == 0
    assert list(shop) == ["placed", "paid"]
