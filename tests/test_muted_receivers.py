"""Blocks in which a signal does not call some of its receivers."""

from __future__ import annotations

import gc
import weakref
from contextvars import Context
from functools import partial
from typing import Any

import pytest

from tests.listening import in_thread, when_waiting
from tests.ways import Ping, Way, every_way
from typedsignals import DeadReceiverWarning, PayloadError, ReceiverSignatureError, Signal
from typedsignals.testing import capture, isolated, muted, only


def first(sender: object, payload: Any = None, **extra: object) -> None: ...


def second(sender: object, payload: Any = None, **extra: object) -> None: ...


async def coroutine_receiver(sender: object, **extra: object) -> None: ...


class Owner:
    def receive(self, sender: object, **extra: object) -> None: ...


def called(signal: Signal[Any, Any, ...], sender: object = None) -> list[Any]:
    return [receiver for receiver, _ in signal.send(sender)]


@every_way
def test_the_others_are_called(way: Way) -> None:
    """Inside, each send calls those that are not named; afterwards all are called again, in their order."""
    signal = way.signal()
    way.connect(signal, first)
    way.connect(signal, second)
    with signal.muted(first):
        assert way.send(signal, None) == [second]
        assert way.send(signal, None) == [second]
    with signal.muted(first, second):
        assert way.send(signal, None) == []
    assert way.send(signal, None) == [first, second]


@every_way
def test_all_connections_of_a_receiver_are_muted(way: Way) -> None:
    """For whichever senders it is connected."""
    signal = way.signal()
    for sender in ("x", "y"):
        way.connect(signal, first, sender)
    way.connect(signal, second)
    with signal.muted(first):
        assert way.send(signal, "x") == way.send(signal, "y") == [second]
    assert set(way.send(signal, "x")) == set(way.send(signal, "y")) == {first, second}


def test_a_receiver_that_is_connected_inside_is_muted() -> None:
    """A block is about receivers, not about connections: it may name one that is not connected, or is again."""
    signal = Signal()
    with signal.muted(first):
        signal.connect(first)
        assert called(signal) == []
        signal.disconnect(first)
        signal.connect(first, "x", priority=1)
        with signal.connected_to(first):
            assert called(signal, "x") == []
    assert called(signal, "x") == [first]


def test_a_receiver_that_is_never_connected_does_no_harm() -> None:
    """Code that mutes a receiver need not know whether it is connected."""
    signal = Signal()
    signal.connect(second)
    with signal.muted(first):
        assert called(signal) == [second]


def test_blocks_nest() -> None:
    """A receiver is muted as long as a block that names it is open, in whatever order blocks end."""
    signal = Signal()
    signal.connect(first)
    signal.connect(second)
    one, both, everyone = signal.muted(first), signal.muted(first, second), signal.muted()
    one.__enter__()
    both.__enter__()
    one.__exit__(None, None, None)
    assert called(signal) == []
    everyone.__enter__()
    both.__exit__(None, None, None)
    assert called(signal) == []
    everyone.__exit__(None, None, None)
    assert called(signal) == [first, second]


def test_a_block_that_raises_ends() -> None:
    """The error goes on."""
    signal = Signal()
    signal.connect(first)
    with pytest.raises(KeyError), signal.muted(first):
        raise KeyError
    assert called(signal) == [first]


def test_bound_callables_are_known_by_their_parts() -> None:
    """A method is muted whichever of its objects is named; a partial is an object of its own."""
    signal, owner, other = Signal(), Owner(), Owner()
    bound = partial(first, payload=1)
    for receiver in (owner.receive, other.receive, first, bound):
        signal.connect(receiver)
    with signal.muted(owner.receive):
        assert called(signal) == [other.receive, first, bound]
    with signal.muted(bound):
        assert called(signal) == [owner.receive, other.receive, first]
    with signal.muted(first):
        assert called(signal) == [owner.receive, other.receive, bound]


def test_a_muted_receiver_lives_as_long_as_the_block() -> None:
    """So no other object can be mistaken for it; others die as usual."""
    signal, owner, other = Signal(), Owner(), Owner()
    dead = [weakref.ref(owner), weakref.ref(other)]
    signal.connect(owner.receive)
    signal.connect(other.receive)
    with signal.muted(owner.receive):
        del owner, other
        gc.collect()
        assert [reference() is None for reference in dead] == [False, True]
        assert len(signal.connections) == 1
        assert called(signal) == []
    gc.collect()
    assert [reference() is None for reference in dead] == [True, True]
    assert not signal.connections


def test_a_muted_receiver_that_dies_uncalled_is_reported() -> None:
    """No send reached it."""
    signal = Signal()

    def connect_and_mute() -> None:
        def local(sender: object, **extra: object) -> None: ...

        signal.connect(local)
        with signal.muted(local):
            signal.send(None)
        del local
        gc.collect()

    with pytest.warns(DeadReceiverWarning, match="local"):
        connect_and_mute()


def test_sends_are_validated_as_usual() -> None:
    """Also if all receivers are muted."""
    signal = Signal(Ping)
    signal.connect(first)
    wrong: Any = "one"
    with signal.muted(first), pytest.raises(PayloadError):
        signal.send(None, number=wrong)


def test_a_muted_coroutine_receiver_is_no_error() -> None:
    """It is not called, so nothing has to be awaited."""
    signal = Signal()
    signal.connect(first)
    signal.connect(coroutine_receiver)
    with signal.muted(coroutine_receiver):
        assert called(signal) == [first]


def test_a_muted_once_receiver_waits() -> None:
    """It was not called."""
    signal = Signal()
    signal.connect(first, once=True)
    with signal.muted(first):
        assert called(signal) == []
    assert called(signal) == [first]
    assert called(signal) == []


def test_introspection_looks_past_muting() -> None:
    """What is connected is connected, and the signal as a whole is not muted."""
    signal = Signal()
    signal.connect(first)
    with signal.muted(first):
        assert len(signal.connections) == len(signal.receivers) == 1
        assert signal.has_receivers_for(None)
        assert list(signal.receivers_for(None)) == [first]
        assert not signal.is_muted


def test_other_signals_call_it() -> None:
    """A block is about one signal."""
    signal, other = Signal(), Signal()
    other.connect(first)
    with signal.muted(first):
        assert called(other) == [first]


def test_other_threads_do_not_call_it() -> None:
    """A block holds for the process, as `muted()` does."""
    signal, found = Signal(), list[Any]()
    signal.connect(first)
    signal.connect(second)
    with signal.muted(first):
        in_thread(lambda: found.extend(called(signal)))
    assert found == [second]


def test_a_block_in_a_block_for_a_context_holds_there_only() -> None:
    """As every block does."""
    signal, found = Signal(), list[Any]()
    signal.connect(first)
    with isolated(signal, scope="context"):
        signal.connect(second)
        with signal.muted(first, second):
            in_thread(lambda: Context().run(lambda: found.extend(called(signal))))
            assert called(signal) == []
    assert found == [first]


def test_blocks_of_other_kinds_nest_with_it() -> None:
    """Captures and those who wait see what is sent; a receiver is called if all blocks allow it."""
    signal, seen = Signal(), list[Any]()
    signal.connect(first)
    signal.connect(second)
    with signal.muted(first), capture(signal) as captured:
        with when_waiting(signal, lambda: in_thread(lambda: seen.extend(called(signal, "x")))):
            signal.wait_sync(timeout=60)
        with only(first):
            assert called(signal) == []
        with isolated(signal):
            signal.connect(first)
            signal.connect(second, priority=-1)
            assert called(signal) == [second]
        with muted(signal):
            assert called(signal) == []
        assert called(signal) == [second]
    assert seen == [second]
    assert len(captured) == 5


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (None, "receiver 'NoneType' cannot be muted for <Signal 'started'>: None is not callable; "),
        (5, "receiver 'int' cannot be muted for <Signal 'started'>: a int is not callable; "),
        ([first], "receiver 'list' cannot be muted for <Signal 'started'>: a list is not callable; "),
    ],
)
def test_what_cannot_be_called_is_refused(wrong: Any, what: str) -> None:
    """Before anything is muted, with the advice to name receivers one by one."""
    signal = Signal(name="started")
    signal.connect(first)
    with pytest.raises(ReceiverSignatureError, match=r"cannot be muted for <Signal 'started'>.*muted\(f, g\)") as error:
        signal.muted(first, wrong).__enter__()
    assert str(error.value).startswith(what)
    assert error.value.signal is signal
    assert error.value.receiver is wrong
    assert called(signal) == [first]


def test_it_decorates_functions() -> None:
    """Each call opens a block of its own."""
    signal = Signal()
    signal.connect(first)

    @signal.muted(first)
    def quietly() -> list[Any]:
        return called(signal)

    assert (quietly(), called(signal), quietly()) == ([], [first], [])
