"""How long connections last, and that nothing is left of those that have ended."""

from __future__ import annotations

import _thread
import gc
import subprocess
import sys
import textwrap
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from unittest.mock import Mock

import pytest

from tests.ways import AnySignal, Ping, finished
from typedsignals import ANY, DeadReceiverWarning, Signal, WeakReceiverError


class Owner:
    """An object with receivers."""

    def receive(self, sender: object, **extra: object) -> Owner:
        return self

    async def receive_async(self, sender: object, **extra: object) -> None: ...

    @classmethod
    def of_class(cls, sender: object, **extra: object) -> None: ...

    @staticmethod
    def static(sender: object, **extra: object) -> None: ...


class Callable_:  # noqa: N801 - typing has the other name
    def __call__(self, sender: object, **extra: object) -> None: ...


class Slotted:
    __slots__ = ()

    def receive(self, sender: object, **extra: object) -> None: ...

    def __call__(self, sender: object, **extra: object) -> None: ...


def nobody_left(signal: AnySignal) -> bool:
    """Whether nothing is left of connections that are gone."""
    table = signal._table
    return not (table._buckets or table._senders or table._senders_of or table._temporary or table._pending)


@contextmanager
def warnings_caught() -> Iterator[list[warnings.WarningMessage]]:
    """Collect all warnings, repeated ones too."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


# Held and let go


def test_a_method_is_held_by_its_object() -> None:
    """The connection lasts as long as the object, though the method object itself is gone at once."""
    signal, owner = Signal(), Owner()
    signal.connect(owner.receive)
    gc.collect()
    assert signal.send(None) == [(owner.receive, owner)]
    gone = weakref.ref(owner)
    del owner
    assert gone() is None
    assert signal.send(None) == []
    assert nobody_left(signal)


@pytest.mark.parametrize("make", [Callable_, lambda: Owner().receive, lambda: partial(print, end="")])
def test_a_strongly_held_receiver_stays(make: Callable[[], Any]) -> None:
    """Until it is disconnected."""
    signal = Signal()
    signal.connect(make(), weak=False)
    gc.collect()
    ((receiver, _),) = signal.send(None)
    gone = weakref.ref(getattr(receiver, "__self__", receiver))
    signal.disconnect(receiver)
    del receiver, _
    assert gone() is None


@pytest.mark.parametrize("sender", ["x", ANY])
def test_a_strongly_held_receiver_goes_though_others_stay(sender: object) -> None:
    """Sends to those keep nothing of it."""
    signal, receiver = Signal(), Callable_()
    signal.connect(receiver, sender, weak=False)
    signal.connect(never_called, "x")
    signal.connect(never_called, "y")
    signal.send("x")
    gone = weakref.ref(receiver)
    signal.disconnect(receiver, sender)
    del receiver
    assert gone() is None


def test_connecting_again_changes_how_it_is_held() -> None:
    """From weakly to strongly, and back."""
    signal, owner = Signal(), Owner()
    gone = weakref.ref(owner)
    signal.connect(owner.receive)
    signal.connect(owner.receive, weak=False)
    del owner
    ((method, _),) = signal.send(None)
    assert gone() is not None
    signal.connect(method)
    del method, _
    assert gone() is None
    assert len(signal.connections) == 0


def test_connect_via_holds_strongly() -> None:
    """As in Blinker, what it decorates needs no other name; ``weak=True`` changes that."""
    signal = Signal()

    def connect(weak: bool) -> None:
        @signal.connect_via("x", weak)
        def receiver(sender: object) -> None: ...

        signal.send("x")

    connect(weak=False)
    assert len(signal.send("x")) == 1
    connect(weak=True)
    assert len(signal.send("x")) == 1


def test_static_and_class_methods_are_held_by_their_class() -> None:
    """And live as long as it."""
    signal = Signal()
    signal.connect(Owner.of_class)
    signal.connect(Owner.static)
    signal.connect(Owner().static)
    gc.collect()
    assert len(signal.send(None)) == 2


@pytest.mark.parametrize("receiver", [Slotted().receive, Slotted()])
def test_what_cannot_be_held_weakly_says_so(receiver: Any) -> None:
    """And says what to do; an earlier strong connection stays."""
    signal = Signal()
    with pytest.raises(
        WeakReceiverError, match=r"a Slotted has no __weakref__ slot; connect it with weak=False"
    ) as caught:
        signal.connect(receiver)
    assert caught.value.signal is signal
    assert caught.value.receiver == receiver
    assert signal.connections == ()
    signal.connect(receiver, weak=False)
    with pytest.raises(WeakReceiverError):
        signal.connect(receiver)
    assert len(signal.send(None)) == 1
    signal.disconnect(receiver)
    assert nobody_left(signal)


def test_the_id_of_a_dead_receiver_means_nothing() -> None:
    """A new object at its address is not connected, and can be connected and disconnected."""
    signal, reused, ids = Signal(), 0, set[int]()
    while not reused and len(ids) < 100_000:
        owner = Owner()
        reused = id(owner) in ids
        ids.add(id(owner))
        assert signal.send(None) == []
        signal.disconnect(owner.receive)
        signal.connect(owner.receive)
        assert len(signal.send(None)) == 1
        del owner
    assert reused


def test_a_receiver_in_a_cycle_dies_with_the_cycle() -> None:
    """When the garbage collection finds it."""
    signal, owner = Signal(), Owner()
    owner.itself = owner  # type: ignore[attr-defined]
    signal.connect(owner.receive)
    del owner
    assert len(signal.connections) == 1
    gc.collect()
    assert not signal.connections


def test_a_receiver_may_outlive_its_signal() -> None:
    """An unreferenced signal dies with its connections, and its receivers can die after it."""
    signal, owner = Signal(Ping), Owner()
    signal.connect(owner.receive)
    signal.connect(never_called, owner)
    signal.send(owner)
    gone = weakref.ref(signal)
    del signal
    gc.collect()
    assert gone() is None
    del owner


# Warnings


def dying_lambda(signal: AnySignal) -> int:
    signal.connect(lambda sender, **extra: None)  # type: ignore[signal-weak]
    return 1


def dying_closure(signal: AnySignal) -> int:
    captured = signal

    @signal.connect  # type: ignore[signal-weak]
    def closure(sender: object, **extra: object) -> object:
        return captured

    return 3


def dying_partial(signal: AnySignal) -> int:
    signal.connect(partial(never_called, end=""))  # type: ignore[signal-weak]
    return -1


def dying_coroutine_function(signal: AnySignal) -> int:
    @signal.connect  # type: ignore[signal-weak]
    async def closure(sender: object, **extra: object) -> None: ...

    return 1


def never_called(sender: object, **extra: object) -> None: ...


def told(signal: object, **details: object) -> None: ...


@pytest.mark.parametrize("lose", [dying_lambda, dying_closure, dying_partial, dying_coroutine_function])
def test_a_receiver_that_dies_before_any_send_causes_a_warning(lose: Callable[[AnySignal], int]) -> None:
    """At the receiver's own line, with what to do."""
    signal = Signal(name="order-placed")
    with warnings_caught() as caught:
        line = lose(signal) + lose.__code__.co_firstlineno
    (warning,) = caught
    assert warning.category is DeadReceiverWarning
    assert Path(warning.filename).name == Path(__file__).name
    expected = never_called.__code__.co_firstlineno if lose is dying_partial else line
    assert warning.lineno == expected
    assert f"{__file__}:{expected}) was garbage-collected before <Signal 'order-placed'> was ever sent" in str(
        warning.message
    )
    assert "weak=False" in str(warning.message)
    assert signal.connections == ()


@pytest.mark.parametrize("make", [lambda: partial(print, end=""), lambda: lru_cache(print)])
def test_the_warning_of_a_builtin_has_no_place_of_its_own(make: Callable[[], Any]) -> None:
    """It has no line, so the warning points to where it died."""
    signal = Signal()
    with warnings_caught() as caught:
        signal.connect(make())
    assert [warning.category for warning in caught] == [DeadReceiverWarning]
    assert "was garbage-collected before" in str(caught[0].message)
    assert caught[0].filename == __file__


def test_the_warning_of_a_builtin_that_no_python_code_lost_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a thread that runs nothing written in Python."""
    signal, lost, shown, done = Signal(), list[Any](), list[tuple[str, int]](), threading.Event()

    def show(message: object, category: object, filename: str, lineno: int, *_: object) -> None:
        shown.append((filename, lineno))
        done.set()

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", show)
        lost.append(partial(print, end=""))
        signal.connect(lost[0])
        _thread.start_new_thread(lost.clear, ())
        assert done.wait(60)
    assert shown == [("<unknown>", 0)]


@pytest.mark.parametrize("make", [Callable_, lambda: type("Local", (Callable_,), {}), Mock])
def test_a_callable_object_that_dies_before_any_send_causes_a_warning(make: Callable[[], Any]) -> None:
    """Nothing but its own references keeps it, as with a function."""
    signal = Signal()
    with warnings_caught() as caught:
        signal.connect(make())
        gc.collect()
    assert [warning.category for warning in caught] == [DeadReceiverWarning]
    assert signal.connections == ()


def test_a_receiver_that_was_called_by_an_earlier_connection_causes_a_warning() -> None:
    """The warning is about the later connection, through which nothing was sent."""
    signal = Signal(name="order-placed")
    with warnings_caught() as caught:
        receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
        signal.connect(receiver)
        signal.send(None)
        signal.disconnect(receiver)
        signal.connect(receiver)
        del receiver
    assert [warning.category for warning in caught] == [DeadReceiverWarning]
    assert "before <Signal 'order-placed'> was ever sent through this connection: " in str(caught[0].message)


def test_no_warning_about_a_receiver_that_was_called_and_connected_again() -> None:
    """To the same sender: it is the same connection."""
    signal = Signal()
    with warnings_caught() as caught:
        receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
        signal.connect(receiver)
        signal.send(None)
        signal.connect(receiver, priority=1)
        del receiver
    assert caught == []


@pytest.mark.parametrize("lost", ["lambda sender, **extra: None", "functools.partial(print)"])
def test_a_warning_that_is_an_error_is_shown(lost: str) -> None:
    """A callback's error cannot be caught: Python would call it ignored, and show it with our traceback."""
    script = f"import functools, typedsignals\nsignal = typedsignals.Signal()\nsignal.connect({lost})\nprint('goes on')"
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - ours
    assert (done.returncode, done.stdout) == (0, "goes on\n")
    assert done.stderr.startswith("<string>:3: DeadReceiverWarning: receiver '")
    assert "ignored" not in done.stderr


@pytest.mark.parametrize("in_a_block", [False, True])
def test_a_disconnected_receiver_is_let_go_of_at_once(in_a_block: bool) -> None:
    """Also after a send by a sender that has receivers of its own, and if a block was opened since."""
    signal, sender = Signal(), Owner()
    receiver = partial(never_called)
    gone = weakref.ref(receiver)
    signal.connect(receiver, weak=False)
    signal.connect(never_called, sender)
    signal.send(sender)
    with signal.muted() if in_a_block else nullcontext():
        signal.disconnect(receiver)
    del receiver
    assert gone() is None


def test_no_warning_about_a_receiver_that_was_disconnected() -> None:
    """By hand, or by the end of a block."""
    signal = Signal()
    with warnings_caught() as caught:
        receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
        signal.connect(receiver)
        signal.disconnect(receiver)
        del receiver
        with signal.connected_to(lambda sender, **extra: None):
            pass
        gc.collect()
    assert caught == []


def test_no_warning_about_a_receiver_that_was_disconnected_while_another_thread_looks() -> None:
    """What that thread found still refers to the connection."""
    signal = Signal()
    with warnings_caught() as caught:
        receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
        signal.connect(receiver)
        found = signal._table.all()
        signal.disconnect(receiver)
        del receiver
    assert caught == []
    assert [ref() for ref in found] == [None]


def test_no_warning_about_a_receiver_that_was_called() -> None:
    """Whatever the way of sending: it did its work, and its author may mean it to be short-lived."""
    with warnings_caught() as caught:
        ways: list[Callable[[AnySignal], object]] = [
            lambda signal: signal.send(None),
            lambda signal: finished(signal.send_async(None)),
            lambda signal: signal.send_robust(None),
            lambda signal: signal.send_payload(None, Ping()),
        ]
        for send in ways:
            for once in (False, True):
                signal = Signal(Ping)
                receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
                signal.connect(receiver, once=once)
                send(signal)
                del receiver
                assert signal.connections == ()
    assert caught == []


def test_no_warning_about_methods() -> None:
    """They are known to live as long as their objects."""
    signal = Signal()
    with warnings_caught() as caught:
        owner = Owner()
        signal.connect(owner.receive)
        signal.connect(owner.receive_async)
        del owner
        signal.connect(Owner().receive)
        signal.connect(SimpleQueue[object]().put)
        gc.collect()
    assert caught == []
    assert nobody_left(signal)


def test_no_warning_when_it_was_the_sender_that_died() -> None:
    """Its connections end with it; the receiver can die later."""
    signal = Signal()
    with warnings_caught() as caught:
        receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
        owner = Owner()
        signal.connect(receiver, owner)
        del owner
        del receiver
    assert caught == []


def test_no_warning_about_a_receiver_that_dies_with_its_signal() -> None:
    """As when a module is dropped with its signals and functions: nothing can be sent any longer."""
    signal = Signal()
    receiver = lambda sender, **extra: None  # noqa: E731 - one to lose
    signal.connect(receiver)
    module: list[object] = [signal, receiver]
    module.append(module)
    table = signal._table  # if anything holds it, as the check for leftovers does, it notices the death
    with warnings_caught() as caught:
        del module, signal, receiver
        gc.collect()
    assert caught == []
    assert table.all() == []


def test_a_warning_is_given_once_for_each_place() -> None:
    """Like all warnings, by default."""
    signal = Signal()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(5):
            dying_lambda(signal)
    assert len(caught) == 1


# Leaks


def left_by(work: Callable[[int], object], times: int) -> int:
    """Return how many blocks of memory it leaves behind, after a short first run that makes what is made only once."""
    work(1_000)
    gc.collect()
    before = sys.getallocatedblocks()
    work(times)
    gc.collect()
    return sys.getallocatedblocks() - before


FEW = 100
"""Blocks: less than what a hundred connections take, which have several each."""


def test_connecting_and_disconnecting_leaves_nothing() -> None:
    """100,000 pairs."""
    signal, owner = Signal(Ping), Owner()

    def work(times: int) -> None:
        for number in range(times):
            signal.connect(owner.receive)
            signal.disconnect(owner.receive)
            signal.connect(owner.receive, number)
            signal.disconnect(owner.receive, number)
            signal.connect(owner.receive, owner)
            signal.disconnect(owner.receive)

    assert left_by(work, 25_000) < FEW
    assert nobody_left(signal)


def test_dead_receivers_leave_nothing() -> None:
    """100,000 of them, sent to and not."""
    signal = Signal(Ping)

    def work(times: int) -> None:
        for number in range(times):
            owner = Owner()
            signal.connect(owner.receive)
            signal.connect(owner.receive, number % 10)
            if number % 50 == 0:
                signal.send(number % 10)
            del owner

    assert left_by(work, 50_000) < FEW
    assert nobody_left(signal)


def test_dead_senders_leave_nothing() -> None:
    """100,000 of them, with strongly and weakly held receivers."""
    signal = Signal(Ping)

    def work(times: int) -> None:
        for number in range(times):
            sender, other = Owner(), Owner()
            signal.connect(never_called, sender)
            signal.connect(other.of_class, other.receive, weak=False)
            if number % 50 == 0:
                signal.send(sender)
            del sender, other

    assert left_by(work, 50_000) < FEW
    assert nobody_left(signal)


def test_blocks_leave_nothing() -> None:
    """Neither those that nest nor those that end in another order."""
    signal = Signal(Ping)

    def work(times: int) -> None:
        for number in range(times):
            with signal.connected_to(never_called, number), signal.connected_to(never_called, number), signal.muted():
                pass

    assert left_by(work, 2_000) < FEW
    assert nobody_left(signal)


def test_unknown_senders_leave_nothing() -> None:
    """Sending from many senders, to those that are connected to one."""
    signal, one = Signal(Ping), Owner()
    signal.connect(never_called, one)

    def work(times: int) -> None:
        for number in range(times):
            signal.send(Owner())
            signal.send(str(number))

    assert left_by(work, 20_000) < FEW


def test_once_receivers_leave_nothing() -> None:
    """They are gone after their call."""
    signal = Signal(Ping)

    def work(times: int) -> None:
        for number in range(times):
            signal.connect(never_called, number % 7, once=True)
            signal.send(number % 7)

    assert left_by(work, 10_000) < FEW
    assert nobody_left(signal)


def test_signals_leave_nothing() -> None:
    """Except the name of their source file, which CPython's ``exec`` leaks: some hundred bytes."""

    def work(times: int) -> None:
        for _ in range(times):
            signal = Signal(Ping)
            signal.connect(never_called)
            signal.receiver_connected.connect(told)
            signal.send(None)

    assert left_by(work, 100) < 100 * 10


# The end of the interpreter

AT_EXIT = """
    import atexit, builtins, gc, sys, threading, time, weakref
    from typedsignals import Payload, Signal
    import typedsignals._connecting.table

    class Ping(Payload):
        number: int = 1

    class Owner:
        def receive(self, sender, **extra): ...
        def __del__(self):
            signal = self.signal
            signal.disconnect(self.receive)
            signal.send(None)

    def receiver(sender, **extra): ...

    def told(signal, **details): ...

    signal, untyped = Signal(Ping), Signal()
    owners = [Owner() for _ in range(10)]
    for owner in owners:
        owner.signal, owner.itself = signal, owner
        signal.connect(owner.receive)
        signal.connect(receiver, owner)
        untyped.connect(owner.receive, owner, weak=False)
    signal.connect(receiver)
    untyped.connect(lambda sender, **extra: None, weak=False)
    untyped.connect(receiver, [])
    signal.send(owners[0])
    untyped.receiver_connected.connect(told)
    atexit.register(signal.send, None)
"""

DAEMONS = """
    def work():
        while True:
            def local(sender, **extra): ...
            owner = Owner()
            owner.signal = signal
            signal.connect(owner.receive, owner)
            untyped.connect(local)
            untyped.send(owner)

    for _ in range(4):
        threading.Thread(target=work, daemon=True).start()
    time.sleep(0.1)
"""

KEPT_TO_THE_LAST = """
    builtins.kept = [typedsignals._connecting.table, signal, untyped, owners, receiver]
"""

IN_A_BLOCK = """
    block = signal.connected_to(lambda sender, **extra: None)
    block.__enter__()
    muted = untyped.muted()
    muted.__enter__()
"""


@pytest.mark.parametrize("more", ["", DAEMONS, KEPT_TO_THE_LAST, IN_A_BLOCK], ids=["plain", "daemons", "kept", "block"])
def test_the_end_of_the_interpreter_is_silent(more: str) -> None:
    """Nothing is raised or printed, whatever is still alive then, and in whatever order it dies."""
    script = textwrap.dedent(AT_EXIT) + textwrap.dedent(more)
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - ours
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
