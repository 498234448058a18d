"""Connections for a block of code: they leave exactly what they found."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

import pytest

from tests.ways import Ping
from typedsignals import ANY, ReceiverSignatureError, Signal
from typedsignals._checking.terms import Terms


class Owner:
    """A sender."""


def receiver(sender: object, payload: Ping | None = None, **extra: object) -> str:
    return "keywords" if payload is None else "payload"


def other(sender: object, **extra: object) -> None: ...


def test_the_receiver_is_connected_inside_only() -> None:
    """The block gets the receiver back."""
    signal = Signal(Ping)
    with signal.connected_to(receiver) as connected:
        assert connected is receiver
        assert signal.send(None) == [(receiver, "keywords")]
    assert signal.send(None) == []
    assert signal.connections == ()


def test_a_disconnection_is_announced_when_there_is_one() -> None:
    """Not if the block restores an earlier connection, or another block still holds one."""
    signal, announced = Signal(Ping), list[Any]()

    def listener(signal: object, *, receiver: Any, **extra: object) -> None:
        announced.append(receiver)

    signal.receiver_disconnected.connect(listener)
    signal.connect(receiver)
    with signal.connected_to(receiver), signal.connected_to(other), signal.connected_to(other):
        pass
    assert announced == [other]


def test_the_receiver_is_disconnected_when_the_block_raises() -> None:
    """The error goes on."""
    signal = Signal(Ping)
    with pytest.raises(KeyError), signal.connected_to(receiver):
        raise KeyError
    assert signal.connections == ()


def test_the_receiver_is_held_inside() -> None:
    """A lambda needs no name, and is released after the block."""
    signal = Signal()
    with signal.connected_to(lambda sender, **extra: "called"):
        gc.collect()
        ((anonymous, value),) = signal.send(None)
        assert value == "called"
        gone = weakref.ref(anonymous)
        del anonymous
    assert gone() is None


@pytest.mark.parametrize("sender", [ANY, "x", 0, None])
def test_a_connection_from_before_is_there_afterwards(sender: Any) -> None:
    """With its earlier options and at its earlier position, whatever the block's options are."""
    signal = Signal(Ping)
    signal.connect(receiver, sender)
    signal.connect(other, sender)
    before = signal.connections
    with signal.connected_to(receiver, sender, as_payload=True, priority=-1, once=True):
        inside = signal.connections
        assert [connection.receiver for connection in inside] == [other, receiver]
        assert [connection.weak for connection in inside] == [True, False]
    assert signal.connections == before
    with signal.connected_to(receiver, sender, as_payload=True, once=True):
        assert signal.send(sender if sender is not ANY else None)[0] == (receiver, "payload")
        assert len(signal.connections) == 1
    assert signal.connections == before


def test_a_connection_from_before_is_weak_again() -> None:
    """The block kept the receiver alive only for its own time."""
    signal = Signal()

    class Owner:
        def receive(self, sender: object) -> None: ...

    owner = Owner()
    signal.connect(owner.receive)
    with signal.connected_to(owner.receive):
        pass
    del owner
    assert signal.connections == ()


def test_other_connections_of_the_receiver_stay() -> None:
    """A block for one sender does not affect another sender, or ANY."""
    signal = Signal()
    signal.connect(receiver, "x")
    signal.connect(receiver)
    before = signal.connections
    with signal.connected_to(receiver, "y"):
        assert len(signal.connections) == 3
    assert signal.connections == before
    with signal.connected_to(other), signal.connected_to(other, "x"):
        signal.disconnect(other, "x")
    assert signal.connections == before


def test_what_the_block_does_to_others_stays() -> None:
    """The block restores the connection of its own receiver and sender, and no other."""
    signal = Signal()
    signal.connect(other)
    with signal.connected_to(receiver):
        signal.disconnect(other)
        signal.connect(receiver, "x")
    assert [(connection.receiver, connection.sender) for connection in signal.connections] == [(receiver, "x")]


def test_a_connection_from_before_survives_being_disconnected_inside() -> None:
    """It is restored, even at its position in the order."""
    signal = Signal()
    signal.connect(receiver, priority=1)
    signal.connect(other, priority=1)
    before = signal.connections
    with signal.connected_to(receiver):
        signal.disconnect(receiver)
        assert signal.send(None) == [(other, None)]
    assert signal.connections == before
    with signal.connected_to(receiver):
        signal.disconnect(receiver)
        signal.connect(receiver)
    assert signal.connections == before
    assert [called for called, _ in signal.send(None)] == [receiver, other]


def test_a_connection_from_before_is_to_its_sender_again() -> None:
    """Even if the sender has no other connection meanwhile."""
    signal, sender = Signal(), Owner()
    signal.connect(receiver, sender)
    with signal.connected_to(receiver, sender):
        signal.disconnect(receiver, sender)
    assert [connection.sender for connection in signal.connections] == [sender]


def test_a_connection_from_before_has_the_terms_that_were_found_for_it_inside() -> None:
    """As when the signal is declared again with another payload."""
    signal = Signal()
    signal.connect(receiver)
    with signal.connected_to(receiver):
        signal._table.renew(lambda receiver, sender, terms: replace(terms, priority=7))
    assert [connection.priority for connection in signal.connections] == [7]


def test_a_block_may_end_while_terms_are_found() -> None:
    """The inner one then has nothing to restore."""
    signal = Signal()
    outer, inner = signal.connected_to(receiver), signal.connected_to(receiver)
    outer.__enter__()
    inner.__enter__()

    def judge(receiver: object, sender: object, terms: Terms) -> Terms:
        outer.__exit__(None, None, None)
        return terms

    signal._table.renew(judge)
    inner.__exit__(None, None, None)
    assert signal.connections == ()


def test_connecting_by_hand_inside_does_not_last() -> None:
    """Nor do its options."""
    signal = Signal()
    with signal.connected_to(receiver):
        signal.connect(receiver, priority=5, weak=False)
    assert signal.connections == ()


def test_blocks_nest() -> None:
    """Each restores what it found, even the connection of an outer block."""
    signal = Signal(Ping)
    with signal.connected_to(receiver, priority=1):
        outer = signal.connections
        with signal.connected_to(receiver, as_payload=True):
            assert signal.send(None) == [(receiver, "payload")]
        assert signal.connections == outer
        assert signal.send(None) == [(receiver, "keywords")]
    assert signal.connections == ()


def test_an_inner_block_restores_what_was_changed_by_hand() -> None:
    """It may have found something other than the outer block made: other options, or no connection at all."""
    signal = Signal(Ping)
    with signal.connected_to(receiver):
        signal.connect(receiver, as_payload=True, priority=7)
        changed = signal.connections
        with signal.connected_to(receiver):
            pass
        assert signal.connections == changed
        signal.disconnect(receiver)
        with signal.connected_to(receiver):
            assert signal.send(None) == [(receiver, "keywords")]
        assert len(signal.connections) == 0
    assert len(signal.connections) == 0


@pytest.mark.parametrize("connected_before", [False, True])
@pytest.mark.parametrize("closing", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_blocks_may_end_in_any_order(closing: tuple[int, ...], connected_before: bool) -> None:
    """The options of the latest open block apply; after the last, everything is as before the first."""
    signal = Signal()
    if connected_before:
        signal.connect(receiver, priority=9)
    before = signal.connections
    blocks = [signal.connected_to(receiver, priority=number) for number in range(3)]
    for block in blocks:
        block.__enter__()
    still_open = {0, 1, 2}
    for number in closing:
        blocks[number].__exit__(None, None, None)
        still_open.remove(number)
        if still_open:
            assert [connection.priority for connection in signal.connections] == [max(still_open)]
    assert signal.connections == before


def test_a_refused_receiver_leaves_nothing() -> None:
    """The block does not begin."""
    signal = Signal(Ping)
    wrong: Any = lambda: None  # noqa: E731 - a receiver without a name of its own
    with pytest.raises(ReceiverSignatureError), signal.connected_to(wrong):
        raise AssertionError("inside")
    assert signal.connections == ()


def test_an_error_in_a_receiver_of_the_meta_signal_leaves_nothing() -> None:
    """When a receiver of `receiver_connected` raises, the block does not begin, and nothing stays connected."""
    signal = Signal()

    def refuse(signal: object, **details: object) -> None:
        raise PermissionError

    signal.receiver_connected.connect(refuse)
    with pytest.raises(PermissionError), signal.connected_to(receiver):
        raise AssertionError("inside")
    assert signal.connections == ()


def test_the_sender_is_held_inside() -> None:
    """And released after the block."""

    class Sender: ...

    signal, sender = Signal(), Sender()
    gone = weakref.ref(sender)
    with signal.connected_to(receiver, sender):
        del sender
        assert len(signal.connections) == 1
    gc.collect()
    assert gone() is None
    assert len(signal.connections) == 0


def test_a_once_from_before_is_not_used_up_inside() -> None:
    """The send calls the block's connection."""
    signal = Signal()
    signal.connect(receiver, once=True)
    with signal.connected_to(receiver):
        signal.send(None)
        signal.send(None)
    assert len(signal.send(None)) == 1
    assert signal.send(None) == []
