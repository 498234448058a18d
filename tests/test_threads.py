"""Connecting, sending and disconnecting at once, in threads and in finalizers that run anywhere."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from tests.at_once import in_threads, rounds
from tests.ways import AnySignal, Way, every_way, finished
from typedsignals import Signal
from typedsignals._concurrency import serialised as _changes

pytestmark = pytest.mark.usefixtures("restless")


@contextmanager
def collecting_all_the_time() -> Iterator[None]:
    """Run the garbage collection at nearly every allocation."""
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Sender: ...


@every_way
def test_each_thread_finds_its_own_changes_in_its_sends(way: Way) -> None:
    """Whatever the others do: no error, no lost connection, no call of a disconnected receiver."""
    signal, shared = way.signal(), "shared"

    def work(number: int) -> None:
        def receiver(sender: object, payload: Any = None, **extra: Any) -> None: ...

        own = Sender()
        for turn in rounds(0.1):
            sender: Any = (own, shared, number)[turn % 3]
            way.connect(signal, receiver, sender, priority=turn % 2)
            assert receiver in way.send(signal, sender)
            signal.disconnect(receiver, sender)
            assert receiver not in way.send(signal, sender)
            way.connect(signal, receiver)
            assert receiver in way.send(signal, own)
            signal.disconnect(receiver)
            assert receiver not in way.send(signal, own)

    in_threads(work)
    assert signal.connections == ()


def test_dying_receivers_and_senders_disturb_no_thread() -> None:
    """Each thread makes and drops receivers and senders, while all send."""
    signal = Signal()

    class Owner:
        def receive(self, sender: object, **extra: object) -> None:
            assert sender is not dead

    dead = object()

    def work(number: int) -> None:
        for _ in rounds(1):
            owner, sender = Owner(), Sender()
            signal.connect(owner.receive, sender)
            signal.connect(owner.receive)
            assert owner.receive in [receiver for receiver, _ in signal.send(sender)]
            with signal.connected_to(owner.receive, number):
                assert owner.receive in [receiver for receiver, _ in signal.send(number)]
            del owner, sender

    in_threads(work)
    assert signal.connections == ()
    assert table_is_empty(signal)


def table_is_empty(signal: AnySignal) -> bool:
    """Whether nothing is left of connections that are gone."""
    table = signal._table
    return not (table._buckets or table._senders or table._senders_of or table._temporary or table._pending)


def sent_once(way: Way, signal: AnySignal, number: int) -> None:
    way.send(signal, None)


def ask_for_meta_signal(signal: AnySignal, found: list[object], number: int) -> None:
    found.append(signal.receiver_connected)


@every_way
def test_once_means_once_for_all_threads(way: Way) -> None:
    """Of threads that send at the same time, only one calls it."""
    for _ in range(20):
        signal, calls = way.signal(), list[int]()

        def receiver(sender: object, payload: Any = None, calls: list[int] = calls, **extra: Any) -> None:
            calls.append(1)

        way.connect(signal, receiver, once=True, weak=False)
        in_threads(partial(sent_once, way, signal))
        assert calls == [1]


def test_only_the_first_to_claim_a_turn_has_it() -> None:
    """Sends that found the connection at the same time do not call the receiver."""
    signal: AnySignal = Signal()
    signal.connect(receiver := lambda sender: None, once=True)
    (connection,) = signal._table.all()
    assert signal._table.claim(connection)
    assert not signal._table.claim(connection)
    assert signal.connections == ()
    del receiver


def test_threads_that_ask_for_a_meta_signal_get_the_same() -> None:
    """Otherwise what one of them connects to it would be lost."""
    for _ in range(50):
        signal, found = Signal(), list[object]()
        in_threads(partial(ask_for_meta_signal, signal, found))
        assert len({id(meta) for meta in found}) == 1


def test_no_lock_is_held_while_a_receiver_runs() -> None:
    """Another thread can connect, send and disconnect while one is in a receiver."""
    signal, calls = Signal(), list[str]()

    def other_thread() -> None:
        signal.connect(print, "other")
        signal.disconnect(print)
        signal.send("inner")

    def receiver(sender: object) -> None:
        calls.append(str(sender))
        if sender == "outer":
            thread = threading.Thread(target=other_thread, daemon=True)
            thread.start()
            thread.join(60)
            assert not thread.is_alive()

    signal.connect(receiver)
    signal.send("outer")
    assert calls == ["outer", "inner"]


# Finalizers


class Finalizer:
    """Does something when the garbage collection finds it."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.itself = self

    def __del__(self) -> None:
        self.act()


def test_finalizers_may_run_in_the_middle_of_everything() -> None:
    """They connect, disconnect and send, whatever they interrupt; nothing breaks and no change is lost."""
    signal, effects = Signal(), list[int]()

    def by_finalizer(sender: object, **extra: object) -> None: ...

    def receiver(sender: object, **extra: object) -> None: ...

    def act() -> None:
        effects.append(1)
        signal.connect(by_finalizer, len(effects) % 50)
        signal.send(len(effects) % 50)
        signal.disconnect(by_finalizer, (len(effects) + 25) % 50)
        with signal.connected_to(by_finalizer), signal.muted():
            pass
        assert signal.connections is not None

    with collecting_all_the_time():
        for _ in range(400):
            Finalizer(act)
            sender = Sender()
            signal.connect(receiver, sender)
            assert receiver in [called for called, _ in signal.send(sender)]
            assert receiver in [connection.receiver for connection in signal.connections]
            assert receiver in signal.receivers.values()
            signal.disconnect(receiver, sender)
            assert receiver not in [called for called, _ in signal.send(sender)]
            del sender
    gc.collect()
    assert len(effects) == 400
    signal.disconnect(by_finalizer)
    assert signal.connections == ()
    assert table_is_empty(signal)


def test_finalizers_may_run_in_the_middle_of_everything_in_all_threads() -> None:
    """The same, with other threads at work too: nothing waits for ever."""
    signal = Signal()

    def work(number: int) -> None:
        def receiver(sender: object, **extra: object) -> None: ...

        def by_finalizer(sender: object, **extra: object) -> None: ...

        def act() -> None:
            signal.connect(by_finalizer, weak=False)
            signal.send(number)
            signal.disconnect(by_finalizer)

        for _ in rounds(0.5):
            Finalizer(act)
            signal.connect(receiver, number)
            assert receiver in [called for called, _ in signal.send(number)]
            signal.disconnect(receiver)

    with collecting_all_the_time():
        in_threads(work)
    gc.collect()
    assert signal.connections == ()
    assert table_is_empty(signal)


@pytest.mark.parametrize("is_sent", [False, True])
@pytest.mark.parametrize("method", ["_change", "_undisturbed"])
def test_what_a_finalizer_changes_during_a_change_or_a_look_is_applied_after_it(method: str, is_sent: bool) -> None:
    """Here at a known point: the change, or the look, itself does everything that a finalizer could do."""
    signal = Signal()

    def by_finalizer(sender: object, **extra: object) -> None: ...

    def receiver(sender: object, **extra: object) -> None: ...

    sent = list[object]()
    table = signal._table

    def interrupted() -> None:
        signal.connect(by_finalizer, weak=False)
        signal.disconnect(receiver)
        sent.append(signal.send(None))

    signal.connect(receiver)
    if is_sent:
        assert signal.send(None) == [(receiver, None)]
    getattr(table, method)(interrupted)
    assert sent == [[(receiver, None)]]
    assert signal.send(None) == [(by_finalizer, None)]


def test_what_a_finalizer_changes_as_those_of_another_have_been_applied_is_not_lost() -> None:
    """What the other had connected, and disconnected, dies only then."""
    signal, effects = Signal(), list[str]()

    def by_finalizer(sender: object, **extra: object) -> None: ...

    class Last:
        def __call__(self, sender: object, **extra: object) -> None: ...

        def __del__(self) -> None:
            with signal.connected_to(by_finalizer):
                effects.append("died")

    def interrupted() -> None:
        last = Last()
        signal.connect(last, weak=False)
        signal.disconnect(last)

    signal._table._change(interrupted)
    assert effects == ["died"]
    assert signal.connections == ()


def test_introspection_is_not_disturbed_by_finalizers() -> None:
    """A change that they make while connections are listed shows in the next list."""
    signal = Signal()

    def receiver(sender: object, **extra: object) -> None: ...

    for number in range(20):
        signal.connect(receiver, number, weak=False)
    turn = list[int]()

    def act() -> None:
        turn.append(1)
        signal.connect(receiver, 1000 + len(turn), weak=False)

    before = gc.get_threshold()
    for delay in range(1, 200):
        gc.disable()
        Finalizer(act)
        gc.set_threshold(gc.get_count()[0] + delay)
        gc.enable()
        assert len(signal.connections) >= 20
        assert signal.has_receivers_for(0)
        gc.set_threshold(*before)
    gc.collect()
    assert len(signal.connections) == 20 + 199


def test_a_death_while_another_thread_holds_the_lock_is_not_waited_for() -> None:
    """The weak reference's callback leaves it to the next change; until then, sends skip the dead receiver."""
    signal = Signal()

    class Owner:
        def receive(self, sender: object, **extra: object) -> None: ...

        async def receive_async(self, sender: object, **extra: object) -> None: ...

    owners, senders = [Owner()], [Sender()]
    signal.connect(owners[0].receive)
    assert len(signal.send(None)) == 1
    with held_elsewhere():
        owners.clear()
        assert signal.send(None) == []
    assert signal.connections == ()

    owners.append(Owner())
    signal.connect(owners[0].receive_async)
    assert len(finished(signal.send_async(None))) == 1
    with held_elsewhere():
        owners.clear()
        assert signal.send(None) == []

    owners.append(Owner())
    signal.connect(owners[0].receive, senders[0])
    assert len(signal.send(senders[0])) == 1
    with held_elsewhere():
        senders.clear()
    assert signal.send(Sender()) == []
    assert table_is_empty(signal)


@contextmanager
def held_elsewhere() -> Iterator[None]:
    """Let another thread be in the middle of a change."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with _changes.lock:
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(60)
    try:
        yield
    finally:
        done.set()
        thread.join()
