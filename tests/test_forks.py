"""Children forked from a program with threads: none inherits a lock that no thread in it will release.

Separate programs fork here, and their coverage is not measured, because a fork may leave coverage's own lock held.
A child that hangs prints where it is, is killed by its alarm, and counts as failed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import textwrap

import pytest

from tests.listening import in_thread
from typedsignals import ANY, Signal
from typedsignals._concurrency.event_loop import EventLoop
from typedsignals._connecting import watching as _watching
from typedsignals._connecting.watching import Watcher

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

threads_go_on = pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    reason="without the GIL, a fork may leave a lock of a dictionary held, if another thread was waiting for it",
)

PRELUDE = """
import asyncio, faulthandler, os, signal as os_signals, threading, traceback
# They take locks of their own at a fork, and Python itself is at fault if one is only imported while it happens.
import concurrent.futures.thread, logging, random
from typedsignals import Payload, Signal

class Ping(Payload):
    number: int

# When it first validates, pydantic makes some things under locks, which a fork in that moment leaves held.
Signal(Ping).send("x", number=0)

def end_in_time():
    faulthandler.register(os_signals.SIGALRM, all_threads=True, chain=True)
    os_signals.alarm(30)

def in_child(act):
    child = os.fork()
    if child == 0:
        end_in_time()
        status = 1
        try:
            act()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]

def receive(sender, **extra):
    return "received"

def begun(work, *args):
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread
"""


def output_of(script: str, *options: str) -> str:
    """Run a program that begins with the prelude; return what it prints on standard output and error."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", *options, "-c", PRELUDE + textwrap.dedent(script)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(  # noqa: S603 - the script is this test's own
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100, check=False, env=env
    )
    return re.sub(r" at 0x[0-9a-f]+", "", done.stdout)


def test_a_child_sends_at_once_what_its_parent_would_hold() -> None:
    """What was held before the fork is delivered by the parent alone; a block of the child's own holds."""
    script = """
        signal, got = Signal(Ping), []
        signal.connect(lambda sender, number: got.append(number), weak=False)

        def act():
            try:
                signal.send("x", number=2)
                assert got == [2]
                with signal.held():
                    signal.send("x", number=3)
                    assert got == [2]
                assert got == [2, 3]
            finally:
                block.__exit__(None, None, None)
            assert got == [2, 3]
            assert signal._table._blocks == ()

        block = signal.held()
        with block:
            signal.send("x", number=1)
            print(in_child(act))
            print(got)
        print(got)
    """
    assert output_of(script) == "0\n[]\n[1]\n"


@threads_go_on
def test_a_child_does_not_inherit_a_change_of_another_thread() -> None:
    """It can connect and send, though threads were changing connections at the time of the fork."""
    script = """
        signal, stop = Signal(), threading.Event()
        signal.connect(receive)

        def change():
            def receiver(sender, **extra): ...
            while not stop.is_set():
                signal.connect(receiver, "x")
                signal.send("x")
                signal.disconnect(receiver)

        def act():
            late = lambda sender, **extra: "late"
            signal.connect(late, "y")
            assert [value for _, value in signal.send("y")] == ["received", "late"]

        threads = [begun(change) for _ in range(4)]
        print([in_child(act) for _ in range(25)])
        stop.set()
        for thread in threads:
            thread.join()
    """
    assert output_of(script) == f"{[0] * 25}\n"


@threads_go_on
@pytest.mark.parametrize("library", ["asyncio", "trio"])
@pytest.mark.parametrize("payload", ["Ping", "None"])
def test_a_child_sends_though_threads_wait_and_send(library: str, payload: str) -> None:
    """At the time of the fork, streams and waits are open and are receiving what threads send."""
    script = f"""
        import {library}, sys
        sys.setswitchinterval(1e-5)
        signal, stop, opened = Signal({payload}), threading.Event(), threading.Event()

        async def stream():
            async with signal.stream(max_buffer=5, when_full="drop_oldest") as events:
                opened.set()
                async for sender, payload in events:
                    if stop.is_set():
                        return

        def wait():
            while not stop.is_set():
                signal.wait_sync(where=lambda sender, payload: sender == "x", timeout=30)

        def send():
            while not stop.is_set():
                signal.send("x", number=1)

        def act():
            for number in range(20):
                assert signal.send("x", number=number) == []
            assert not signal.has_receivers_for("x")
            signal.connect(receive)
            assert signal.send("x", number=7) == [(receive, "received")]
            thread = threading.Thread(target=signal.send, args=("x",), kwargs={{"number": 8}})
            with signal.waiting_started.connected_to(lambda awaited, **extra: thread.start()):
                assert signal.wait_sync("x", timeout=30)[0] == "x"
            thread.join()

        threads = [begun({library}.run, stream() if "{library}" == "asyncio" else stream), begun(wait)]
        opened.wait()
        threads += [begun(send) for _ in range(2)]
        print([in_child(act) for _ in range(30)])
        stop.set()
        while any(thread.is_alive() for thread in threads):
            signal.send("x", number=1)  # some may only begin to wait
    """
    assert output_of(script) == f"{[0] * 30}\n"


def test_a_child_drops_the_waits_of_its_parent() -> None:
    """Those of threads that it does not have, and those of tasks, even on its own thread's event loop."""
    script = """
        from typedsignals._concurrency import event_loop
        signal, opened = Signal(Ping, validate="connected"), threading.Event()

        def act():
            event_loop.Alarm.ring = lambda alarm: os._exit(3)
            assert not signal.has_receivers_for("x")
            assert signal.send("x", number="never looked at") == []
            signal.connect(receive)
            assert signal.send("x", number=7) == [(receive, "received")]

        async def main():
            signal.waiting_started.connect(lambda awaited, **extra: opened.set(), weak=False)
            waiting = asyncio.create_task(signal.wait())
            await asyncio.sleep(0)
            opened.clear()
            thread = begun(signal.wait_sync)
            opened.wait()
            async with signal.stream() as events:
                status = in_child(act)
                assert signal.has_receivers_for("x")
                assert signal.send("x", number=7) == []
                print(status, (await waiting)[1], (await anext(events))[1])
            thread.join()
            assert not signal.has_receivers_for("x")

        asyncio.run(main())
    """
    assert output_of(script) == "0 number=7 number=7\n"


def test_a_child_waits_on_if_its_own_thread_waited() -> None:
    """The fork happens during the wait: in a predicate, which another thread could call, or in a signal handler."""
    script = """
        signal = Signal()

        def fork(*_):
            status.append(in_child(lambda: None))
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                signal.send("parent")
            else:
                end_in_time()
                signal.send("child")

        status = []
        os_signals.signal(os_signals.SIGUSR1, fork)
        signal.waiting_started.connect(lambda awaited, **extra: os.kill(os.getpid(), os_signals.SIGUSR1), weak=False)
        print(signal.wait_sync(timeout=30)[0], status, flush=True)
    """
    assert output_of(script) == "child [0]\nparent [0]\n"


def test_a_child_does_not_inherit_that_a_feed_is_busy() -> None:
    """At the time of the fork, another thread was connecting to the other library's signal."""
    script = """
        import blinker
        from typedsignals.blinker import typed
        theirs = blinker.Namespace().signal("pinged")
        ours = typed(theirs, Ping)
        busy, go_on = threading.Event(), threading.Event()

        def dawdle(signal, **extra):
            busy.set()
            go_on.wait()

        def act():
            theirs.receiver_connected.disconnect(dawdle)
            ours.connect(receive)
            assert [value for _, value in theirs.send("x", number=7)] == [[(receive, "received")]]
            ours.disconnect(receive)
            ours.disconnect(other)
            assert not theirs.receivers

        def other(sender, number): ...

        theirs.receiver_connected.connect(dawdle)
        thread = begun(ours.connect, other)
        busy.wait()
        ours.disconnect(other)
        print(in_child(act))
        ours.connect(other)
        go_on.set()
        thread.join()
        print([value for _, value in theirs.send("x", number=7)])
    """
    assert output_of(script) == "0\n[[(<function other>, None)]]\n"


def test_a_child_does_not_inherit_a_half_made_attribute() -> None:
    """At the time of the fork, another thread was first making a signal's validator, or a meta-signal."""
    script = """
        from typedsignals._declaring import derived

        class NotSentBefore(Ping): ...

        first, second = Signal(NotSentBefore), Signal(NotSentBefore)
        busy, go_on = threading.Semaphore(0), threading.Event()

        def dawdling(make):
            def made(*args, **keywords):
                if threading.current_thread() is not threading.main_thread():
                    busy.release()
                    go_on.wait()
                return make(*args, **keywords)
            return made

        def act():
            second.receiver_connected.connect(lambda signal, **extra: None, weak=False)
            second.receiver_disconnected.connect(lambda signal, **extra: None, weak=False)
            second.connect(receive)
            assert second.send("x", number=7) == [(receive, "received")]

        derived.FieldsValidator = dawdling(derived.FieldsValidator)
        derived.ReceiverContract = dawdling(derived.ReceiverContract)
        Signal.__init__ = dawdling(Signal.__init__)
        works = [
            lambda: first.send("x", number=7),
            lambda: first.connect(receive),
            lambda: first.receiver_connected,
            lambda: first.receiver_disconnected,
            lambda: first.waiting_started,
            lambda: first.waiting_ended,
        ]
        threads = [begun(work) for work in works]
        for _ in works:
            assert busy.acquire(timeout=60)
        print(in_child(act))
        go_on.set()
        for thread in threads:
            thread.join()
        print(first.send("x", number=7))
    """
    assert output_of(script) == "0\n[(<function receive>, 'received')]\n"


# What such a child does, measured by coverage


def test_a_child_drops_the_watchers_of_other_threads_and_of_event_loops() -> None:
    """But not those of its own thread."""
    signal, seen = Signal(), list[str]()
    loop = EventLoop(call_soon=lambda call: None, is_closed=lambda: False, kept=set())

    def begun(name: str, loop: EventLoop | None = None) -> Watcher:
        watcher = Watcher(signal._table, lambda sender, fields: seen.append(name), loop)
        watcher.begin(ANY)
        return watcher

    watchers = [begun("own"), begun("in a loop", loop)]
    in_thread(lambda: watchers.append(begun("of another thread")))
    signal.send("x")
    assert seen == ["own", "in a loop", "of another thread"]
    _watching._end_those_of_the_parent()
    signal.send("x")
    assert seen[3:] == ["own"]
    assert not loop.kept
    watchers[0].end()
    assert not signal._table._buckets
