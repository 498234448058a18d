"""Blocks in which a signal calls no receivers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ways import Ping, Way, every_way
from typedsignals import PayloadError, SenderError, Signal
from typedsignals._connecting.blocks import Muted


def receiver(sender: object, payload: Any = None, **extra: object) -> None: ...


async def coroutine_receiver(sender: object, **extra: object) -> None: ...


@every_way
def test_no_receiver_is_called_inside(way: Way) -> None:
    """Neither those of ANY nor those of a sender; afterwards all are called again."""
    signal = way.signal()
    way.connect(signal, receiver)
    for sender in (None, "x"):
        with signal.muted():
            assert way.send(signal, sender) == []
            assert way.send(signal, sender) == []
        assert way.send(signal, sender) == [receiver]
        way.connect(signal, receiver, "x")


@every_way
def test_what_is_connected_inside_is_called_afterwards(way: Way) -> None:
    """Muting is not a property of connections."""
    signal = way.signal()
    with signal.muted():
        way.connect(signal, receiver)
        assert way.send(signal, None) == []
    assert way.send(signal, None) == [receiver]
    with signal.muted():
        signal.disconnect(receiver)
    assert way.send(signal, None) == []


def test_blocks_nest() -> None:
    """No receiver is called until the last has ended, in whatever order they end."""
    signal = Signal()
    signal.connect(receiver)
    with signal.muted():
        with signal.muted():
            pass
        assert signal.send(None) == []
    assert len(signal.send(None)) == 1
    first, second = signal.muted(), signal.muted()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert signal.send(None) == []
    second.__exit__(None, None, None)
    assert len(signal.send(None)) == 1


def test_a_block_that_raises_ends() -> None:
    """The error goes on."""
    signal = Signal()
    signal.connect(receiver)
    with pytest.raises(KeyError), signal.muted():
        raise KeyError
    assert len(signal.send(None)) == 1


def test_is_muted_tells() -> None:
    """Like Blinker's attribute."""
    signal = Signal()
    with signal.muted(), signal.muted():
        inside = signal.is_muted
    assert (inside, signal.is_muted) == (True, False)


def test_other_signals_are_not_muted() -> None:
    """A block is about one signal, and not about its meta-signals."""
    signal, other = Signal(), Signal()
    other.connect(receiver)
    signal.receiver_connected.connect(lambda signal, **details: None, weak=False)
    with signal.muted():
        assert len(other.send(None)) == 1
        assert len(signal.receiver_connected.send(None)) == 1


def test_muted_sends_are_checked_all_the_same() -> None:
    """Payloads and senders: a test that mutes a signal still finds wrong sends."""
    signal = Signal(Ping, sender=str)
    signal.connect(receiver)
    wrong: Any = "one"
    with signal.muted():
        with pytest.raises(PayloadError):
            signal.send("x", number=wrong)
        with pytest.raises(SenderError):
            signal.send(1)  # type: ignore[arg-type]


def test_a_muted_coroutine_receiver_is_no_error() -> None:
    """It is not called, so nothing has to be awaited."""
    signal = Signal()
    signal.connect(coroutine_receiver)  # type: ignore[signal-async]
    with signal.muted():
        assert signal.send(None) == []


def test_introspection_looks_past_muting() -> None:
    """What is connected is connected."""
    signal = Signal()
    signal.connect(receiver)
    with signal.muted():
        assert len(signal.connections) == len(signal.receivers) == 1
        assert signal.has_receivers_for(None)
        assert list(signal.receivers_for(None)) == [receiver]


def test_a_muted_once_receiver_waits() -> None:
    """It was not called."""
    signal = Signal()
    signal.connect(receiver, once=True)
    with signal.muted():
        signal.send(None)
    assert len(signal.send(None)) == 1


def test_a_block_that_is_open_is_not_opened_again() -> None:
    """Ending it once must end it."""
    signal, block = Signal(), Muted()
    signal._table.open(block)
    signal._table.open(block)
    assert signal.is_muted
    signal._table.close(block)
    assert not signal.is_muted
