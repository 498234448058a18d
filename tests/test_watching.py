"""Waits and streams watch sends, and are not receivers; on both event loops, and in threads."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import threading
import warnings
import weakref
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import blinker
import pytest

from tests.listening import when_waiting
from tests.ways import AnySignal, CheckedPing, Ping, Way, every_way, finished
from typedsignals import ANY, AsyncReceiverError, Payload, PayloadError, Signal, WaitTimeoutError
from typedsignals._connecting.entries import Entries
from typedsignals._connecting.watching import Watcher
from typedsignals.blinker import as_blinker, typed
from typedsignals.catalog import discover
from typedsignals.testing import capture, isolated, muted, only
from typedsignals.testing._leftovers import Leftovers

left_open = Signal(Ping, name="left-open")


class Owner:
    """A sender."""


@contextmanager
def collected() -> Iterator[None]:
    """Collect the garbage that the block leaves."""
    yield
    gc.collect()


@contextmanager
def streaming(signal: AnySignal, sender: object = ANY) -> Iterator[Callable[[], list[tuple[Any, Any]]]]:
    """Open a stream, and yield a function that returns its events."""
    loop = asyncio.new_event_loop()
    block = signal.stream(sender)

    async def taken() -> list[tuple[Any, Any]]:
        return [await anext(events) for _ in range(len(events._events))]

    events = loop.run_until_complete(block.__aenter__())
    try:
        yield lambda: loop.run_until_complete(taken())
    finally:
        loop.run_until_complete(block.__aexit__(None, None, None))
        loop.close()


@contextmanager
def waiting_in_a_thread(signal: AnySignal, *args: Any, **options: Any) -> Iterator[list[Any]]:
    """Let another thread wait, and yield what it gets, once the block has ended."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(signal.wait_sync(*args, timeout=60, **options)))
    begun = threading.Event()
    with when_waiting(signal, begun.set):
        thread.start()
        assert begun.wait(60)
    yield found
    thread.join()


def carried(way: Way) -> Any:
    """Return what a send of such a signal carries without fields."""
    return {} if way.payload is None else way.payload()


# They are in no result


@every_way
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_stream_is_in_no_result(way: Way, number: int) -> None:
    """Whatever the way to send, and however many receivers there are."""
    signal = way.signal()

    def receivers() -> list[Callable[..., None]]:
        def made() -> Callable[..., None]:
            def receive(sender: object, payload: object = None, **extra: object) -> None: ...

            return receive

        return [made() for _ in range(number)]

    connected = receivers()
    for receiver in connected:
        way.connect(signal, receiver)
    with streaming(signal) as taken:
        for sender in ("x", "y"):
            assert way.send(signal, sender) == connected
        assert [(sender, type(payload)) for sender, payload in taken()] == [
            ("x", type(carried(way))),
            ("y", type(carried(way))),
        ]
    assert way.send(signal, "x") == connected


@every_way
def test_a_wait_is_in_no_result(way: Way) -> None:
    """A thread here."""
    signal = way.signal()
    with waiting_in_a_thread(signal) as found:
        assert way.send(signal, "x") == []
    assert [sender for sender, _ in found] == ["x"]


@pytest.mark.anyio
@pytest.mark.parametrize("payload", [None, Ping, CheckedPing])
async def test_a_stream_is_in_no_result_of_a_concurrent_send(payload: type[Payload] | None) -> None:
    """Such a send has a loop of its own."""
    signal = Signal() if payload is None else Signal[Any, Any, ...](payload)

    @signal.connect
    async def receive(sender: object, **extra: object) -> str:
        return "received"

    async with signal.stream() as events:
        assert await signal.send_concurrent("x", number=7) == [(receive, "received")]
        assert await anext(events) == ("x", {"number": 7} if payload is None else payload.model_validate({"number": 7}))


@pytest.mark.anyio
async def test_coroutine_receivers_and_streams_go_together() -> None:
    """In `send_async`, and in `send` with a wrapper; a refused `send` is not seen."""
    signal: AnySignal = Signal(Ping)

    @signal.connect
    async def receive(sender: object, number: int) -> int:
        return number

    async with signal.stream() as events:
        with pytest.raises(AsyncReceiverError):
            signal.send("x", number=1)
        with pytest.raises(AsyncReceiverError):
            signal.send_payload("x", Ping(number=2))
        assert await signal.send_async("x", number=3) == [(receive, 3)]
        assert signal.send("x", number=4, _async_wrapper=lambda receiver: partial(_now, receiver)) == [(receive, 4)]
        assert [(await anext(events))[1].number for _ in range(2)] == [3, 4]
        assert not events._events


def _now(receiver: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    return finished(receiver(*args, **keywords))


def test_receivers_of_every_kind_go_together_with_streams() -> None:
    """Those that are held strongly, methods, those for the payload, those to be called once."""
    signal: AnySignal = Signal(Ping)

    class Methods:
        def method(self, sender: object, number: int) -> str:
            return f"method {number}"

    def by_payload(sender: object, payload: Ping) -> str:
        return f"payload {payload.number}"

    def once(sender: object, number: int) -> str:
        return f"once {number}"

    def strong(sender: object, number: int) -> str:
        return f"strong {number}"

    methods = Methods()
    signal.connect(methods.method)
    signal.connect(by_payload, as_payload=True)
    signal.connect(once, once=True)
    signal.connect(strong, weak=False)
    with streaming(signal) as taken:
        for number in (1, 2):
            expected = [f"method {number}", f"payload {number}", f"once {number}", f"strong {number}"]
            del expected[2 : 2 + (number == 2)]
            assert [value for _, value in signal.send("x", number=number)] == expected
        assert taken() == [("x", Ping(number=1)), ("x", Ping(number=2))]


def test_they_are_not_among_the_receivers() -> None:
    """Neither in `connections` nor in `receivers` nor in `receivers_for`, here or for Blinker's clients."""
    signal = Signal(Ping)

    def receive(sender: object, number: int) -> None: ...

    signal.connect(receive)
    with streaming(signal), streaming(signal, "x"):
        assert [connection.receiver for connection in signal.connections] == [receive]
        assert list(signal.receivers.values()) == [receive]
        assert list(signal.receivers_for("x")) == list(signal.receivers_for(ANY)) == [receive]
        assert list(as_blinker(signal).receivers.values()) == [receive]
        assert as_blinker(signal).send("x", number=1) == [(receive, None)]


def test_meta_signals_do_not_announce_them_as_receivers() -> None:
    """The meta-signals about receivers are about receivers."""
    signal, told = Signal(), list[str]()
    signal.receiver_connected.connect(lambda signal, **extra: told.append("connected"), weak=False)
    signal.receiver_disconnected.connect(lambda signal, **extra: told.append("disconnected"), weak=False)
    with streaming(signal):
        pass
    assert told == []


def test_a_test_that_leaves_a_stream_open_leaves_no_receiver() -> None:
    """Neither to the check for those nor to the catalog."""
    leftovers = Leftovers()
    with streaming(left_open):
        assert leftovers.found() == []
        (record,) = discover([__name__]).catalog.signals
        assert (record.name, record.receivers) == ("left-open", ())


# What they see


def test_they_see_what_is_sent_before_receivers_do() -> None:
    """So a receiver that fails hides nothing from them, and what receivers send in turn comes later."""
    signal = Signal(Ping)

    @signal.connect
    def send_another(sender: object, number: int) -> None:
        if number < 3:
            signal.send(sender, number=number + 1)
        raise KeyError(number)

    with streaming(signal) as taken:
        with pytest.raises(KeyError):
            signal.send("x", number=1)
        assert [payload.number for _, payload in taken()] == [1, 2, 3]


def test_those_of_a_signal_without_payload_get_dictionaries_of_their_own() -> None:
    """What they do with them affects neither receivers nor each other."""
    signal = Signal()

    def receive(sender: object, **fields: int) -> dict[str, int]:
        return fields

    signal.connect(receive)
    with streaming(signal) as first, waiting_in_a_thread(signal, where=lambda sender, fields: fields.clear() or True):
        assert signal.send("x", number=7) == [(receive, {"number": 7})]
        assert first() == [("x", {"number": 7})]


def test_a_capture_and_a_stream_see_the_same() -> None:
    """Neither disturbs the other."""
    signal = Signal(Ping)
    with streaming(signal) as taken, capture(signal) as captured:
        assert signal.send("x", number=7) == []
        assert taken() == [("x", captured.one().payload)]


def test_a_refused_send_is_not_seen() -> None:
    """There is no payload to see."""
    signal: AnySignal = Signal(Ping)
    with streaming(signal) as taken:
        with pytest.raises(PayloadError):
            signal.send("x", number="seven")
        assert taken() == []


def test_threads_may_send_to_several_streams() -> None:
    """Each of them gets everything."""
    signal = Signal(Ping)
    with streaming(signal) as first, streaming(signal) as second:
        threads = [threading.Thread(target=signal.send, args=("x",), kwargs={"number": number}) for number in range(9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for taken in (first, second):
            assert sorted(payload.number for _, payload in taken()) == list(range(9))


@pytest.mark.parametrize("payload", [None, Ping, CheckedPing])
def test_a_send_keeps_what_it_knows_of_them(payload: type[Payload] | None) -> None:
    """It does not look connections up again, and finding watchers stores nothing for other senders."""
    signal = Signal() if payload is None else Signal[Any, Any, ...](payload)

    @signal.connect
    def receive(sender: object, number: int) -> None: ...

    with streaming(signal, "x") as taken:
        for _ in range(20):  # until it has code of its own
            signal.send("x", number=7)
            signal.send("y", number=7)
        found = signal._table.find("x"), signal._table.find("y")
        assert [len(snapshot.watchers) for snapshot in found] == [1, 0]
        assert found[1].simple
        signal.send("x", number=8)
        signal.send("y", number=8)
        assert (signal._table.find("x"), signal._table.find("y")) == found
        assert len(taken()) == 21


# Which senders they watch


def test_a_watcher_counts_for_its_sender() -> None:
    """In `has_receivers_for`, and so for signals that validate only when connected."""
    signal: AnySignal = Signal(Ping, validate="connected")
    with streaming(signal, "x") as taken:
        assert signal.has_receivers_for("x")
        assert not signal.has_receivers_for("y")
        assert not signal.has_receivers_for(ANY)
        assert signal.send("y", number="never looked at") == []
        with pytest.raises(PayloadError):
            signal.send("x", number="looked at")
        assert signal.send("x", number=7) == []
        assert taken() == [("x", Ping(number=7))]
    assert not signal.has_receivers_for("x")
    assert signal.send("x", number="never looked at") == []


@pytest.mark.parametrize("way", [Signal.send, Signal.send_robust])
def test_a_watcher_of_any_sender_counts_for_all_senders(way: Callable[..., Any]) -> None:
    """If it watches ANY."""
    signal: AnySignal = Signal(Ping, validate="connected")
    with streaming(signal) as taken:
        assert signal.has_receivers_for("x")
        assert signal.has_receivers_for(ANY)
        with pytest.raises(PayloadError):
            way(signal, "x", number="looked at")
        assert way(signal, "x", number=7) == []
        assert taken() == [("x", Ping(number=7))]


def test_a_watched_sender_is_kept_alive() -> None:
    """Otherwise another object could get its id."""
    signal, sender = Signal(), Owner()
    reference = weakref.ref(sender)
    with streaming(signal, sender):
        del sender
        gc.collect()
        assert reference() is not None
    assert reference() is None


# Blocks


def test_what_is_muted_does_not_reach_them() -> None:
    """Nor do sends that `only` lets some receivers get."""
    signal = Signal(Ping)

    def receive(sender: object, number: int) -> None: ...

    signal.connect(receive)
    with streaming(signal) as taken:
        with signal.muted():
            signal.send("x", number=1)
        with muted(signal):
            signal.send("x", number=2)
        with only(receive):
            assert signal.send("x", number=3) == [(receive, None)]
        assert taken() == []
        signal.send("x", number=4)
        assert taken() == [("x", Ping(number=4))]


def test_isolation_applies_to_them() -> None:
    """Those outside see no sends inside; those that begin inside see no sends outside."""
    signal = Signal(Ping)
    with streaming(signal) as outside:
        with isolated(signal):
            assert not signal.has_receivers_for("x")
            with streaming(signal) as inside:
                assert signal.has_receivers_for("x")
                assert signal.send("x", number=1) == []
                assert inside() == [("x", Ping(number=1))]
        assert outside() == []
        with isolated(signal):
            left = signal.stream()
            loop = asyncio.new_event_loop()
            events = loop.run_until_complete(left.__aenter__())
        signal.send("x", number=2)
        assert not events._events
        loop.run_until_complete(left.__aexit__(None, None, None))
        loop.close()
        assert outside() == [("x", Ping(number=2))]


# Their ends


@pytest.mark.parametrize("payload", [None, Ping])
def test_they_are_gone_with_their_loop(payload: type[Payload] | None) -> None:
    """Even if the task or the stream is still referred to: it can never continue."""
    signal: AnySignal = Signal() if payload is None else Signal(payload)
    asked: list[object] = []

    def accepts(sender: object, payload: object) -> bool:
        asked.append(payload)
        return False

    async def begin() -> Any:
        task = asyncio.create_task(signal.wait(where=accepts))
        events = await left.__aenter__()
        await asyncio.sleep(0)
        return task, events

    left = signal.stream()
    loop = asyncio.new_event_loop()
    task, events = loop.run_until_complete(begin())
    assert signal.has_receivers_for("x")
    loop.close()
    assert not signal.has_receivers_for("x")
    assert signal.send("x", number=1) == []
    assert (asked, list(events._events)) == ([], [])
    assert not signal._table._buckets
    # Suppress the warning that the task was not awaited to its end, because this test does that on purpose.
    task._log_destroy_pending = False


@every_way
def test_a_send_finds_out_that_a_loop_is_closed(way: Way) -> None:
    """If it is the first to ask."""
    signal = way.signal()
    left = signal.stream()
    loop = asyncio.new_event_loop()
    events = loop.run_until_complete(left.__aenter__())
    way.send(signal, "x")
    loop.close()
    assert way.send(signal, "x") == []
    assert len(events._events) == 1
    assert not signal._table._buckets


@every_way
def test_a_watcher_that_ends_during_a_send_does_not_see_it(way: Way) -> None:
    """If it is not its turn yet; nor does one that an interrupt kept from telling the table."""
    signal, seen = way.signal(), list[str]()
    watchers: list[Watcher]

    def begun(name: str, then: Callable[[], None] = lambda: None) -> Watcher:
        def see(sender: object, payload: object) -> None:
            seen.append(name)
            then()

        watcher = Watcher(signal._table, see, None)
        watcher.begin(ANY)
        return watcher

    def end_second() -> None:
        watchers[1].end()

    watchers = [begun("first", end_second), begun("second"), begun("third")]
    watchers[2]._entry = None
    watchers[2].end()
    way.send(signal, "x")
    assert seen == ["first"]
    watchers.pop(0).end()
    watchers.clear()
    gc.collect()
    assert not signal._table._buckets


@every_way
def test_a_watcher_whose_death_went_unnoticed_sees_nothing(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """A send that knows it from before goes on without it."""
    monkeypatch.setattr(Entries, "__call__", lambda table, ref: None)
    signal, seen = way.signal(), list[object]()
    watcher = Watcher(signal._table, lambda sender, payload: seen.append(sender), None)
    watcher.begin(ANY)
    way.send(signal, "x")
    del watcher
    assert way.send(signal, "y") == []
    assert seen == ["x"]


@every_way
def test_a_watcher_sees_no_more_when_the_isolation_that_it_began_in_ends(way: Way) -> None:
    """Even if that is during a send."""
    signal, seen, isolation = way.signal(), list[str](), ExitStack()

    def see_and_end(sender: object, payload: object) -> None:
        seen.append("first")
        isolation.close()

    isolation.enter_context(isolated(signal))
    watchers = [Watcher(signal._table, see, None) for see in (see_and_end, lambda *sent: seen.append("second"))]
    for watcher in watchers:
        watcher.begin(ANY)
    found = signal._table.find("x")
    assert found.reaches_anyone
    way.send(signal, "x")
    assert seen == ["first"]
    assert not found.reaches_anyone


def test_a_watcher_that_dies_before_any_send_causes_no_warning() -> None:
    """Unlike a receiver: waiting in vain is nothing unusual."""
    signal = Signal()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        watcher = Watcher(signal._table, lambda sender, payload: None, None)
        watcher.begin(ANY)
        del watcher
    assert caught == []
    assert not signal._table._buckets


def test_a_receiver_of_a_watched_sender_is_connected_to_it() -> None:
    """Both are for one object."""
    signal, sender = Signal(), Owner()

    def receive(sender: object) -> None: ...

    with streaming(signal, sender):
        signal.connect(receive, sender)
        assert [connection.sender for connection in signal.connections] == [sender]


def test_a_closed_loop_is_not_validated_for() -> None:
    """Nothing listens any longer."""
    signal: AnySignal = Signal(Ping, validate="connected")
    left = signal.stream()
    loop = asyncio.new_event_loop()
    events = loop.run_until_complete(left.__aenter__())
    assert signal.send("x", number=1) == []
    loop.close()
    assert signal.send("x", number="never looked at") == []
    assert signal.send_robust("x", number="never looked at") == []
    assert len(events._events) == 1


def test_nothing_keeps_a_loop_that_is_closed() -> None:
    """Nor its tasks, whether or not the signal is sent again."""
    signal, kept = Signal(), Owner()

    async def wait(held: Owner) -> None:
        await signal.wait()

    loop = asyncio.new_event_loop()
    task = loop.create_task(wait(kept))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # as above
    references: list[weakref.ref[Any]] = [weakref.ref(kept), weakref.ref(task), weakref.ref(loop)]
    del kept, task, loop
    gc.collect()
    assert [reference() for reference in references] == [None, None, None]
    assert not signal._table._buckets


def test_a_stream_that_is_never_left_goes_with_its_garbage() -> None:
    """On a loop that keeps running, and on one that is closed."""
    signal = Signal()

    async def begin() -> None:
        await signal.stream().__aenter__()

    async def abandon() -> None:
        await begin()
        gc.collect()
        await asyncio.sleep(0)  # the loop closes what is garbage
        await asyncio.sleep(0)
        assert not signal.has_receivers_for(ANY)

    asyncio.run(abandon())
    loop = asyncio.new_event_loop()
    left = signal.stream()
    loop.run_until_complete(left.__aenter__())
    loop.close()
    del left
    gc.collect()
    assert not signal._table._buckets


def test_a_task_that_nothing_else_refers_to_goes_on_waiting() -> None:
    """Otherwise the garbage collector would collect it: only the thing that it waits for refers to it."""
    signal, found = Signal(), list[object]()

    async def wait() -> None:
        found.append(await signal.wait())

    async def stream() -> None:
        async with signal.stream() as events:
            found.append(await anext(events))

    async def main() -> None:
        for work in (wait, stream):
            _ = asyncio.create_task(work())
        del _
        await anyio.wait_all_tasks_blocked()
        gc.collect()
        signal.send("x")
        await anyio.wait_all_tasks_blocked()
        await anyio.wait_all_tasks_blocked()

    asyncio.run(main())
    assert found == [("x", {}), ("x", {})]


def test_a_thread_that_fails_while_it_waits_watches_no_more() -> None:
    """By an exception that another thread raises in it."""
    signal, failures = Signal(), list[BaseException]()
    begun = threading.Event()

    def wait() -> None:
        try:
            signal.wait_sync(timeout=60)
        except ZeroDivisionError as error:
            failures.append(error)

    thread = threading.Thread(target=wait)
    with when_waiting(signal, begun.set):
        thread.start()
        assert begun.wait(60)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(ZeroDivisionError))
    signal.send("x")  # it wakes up to it
    thread.join()
    assert len(failures) == 1
    assert not signal.has_receivers_for(ANY)
    assert not signal._table._buckets


def test_a_finalizer_may_send_while_a_thread_begins_to_wait() -> None:
    """It does not wait for a lock that its own thread holds."""
    signal = Signal()

    class Restless:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            signal.send("finalizer")

    before = gc.get_threshold()
    try:
        for delay in range(1, 60):
            gc.disable()
            Restless()
            gc.set_threshold(gc.get_count()[0] + delay)
            gc.enable()
            with suppress(WaitTimeoutError):  # where it sends before or after
                assert signal.wait_sync(timeout=0) == ("finalizer", {})
            gc.set_threshold(*before)
    finally:
        gc.set_threshold(*before)
        gc.enable()


@pytest.mark.anyio
async def test_a_cancelled_stream_is_gone() -> None:
    """At whatever point of its block it is cancelled."""
    signal = Signal()
    with anyio.move_on_after(0):
        async with signal.stream() as events:
            await anext(events)
    assert not signal.has_receivers_for(ANY)
    assert not signal._table._buckets


# Finding out


Wait = Callable[..., Awaitable[Any]]


@pytest.mark.anyio
async def test_meta_signals_announce_waits() -> None:
    """When it begins and when it ends, whatever the way."""
    signal = Signal(Ping)
    told: list[tuple[str, object]] = []

    def started(awaited: AnySignal, sender: object) -> None:
        assert awaited is signal
        assert signal.has_receivers_for("x")
        told.append(("started", sender))

    def ended(awaited: AnySignal, sender: object) -> None:
        assert awaited is signal
        assert not signal.has_receivers_for("x")
        told.append(("ended", sender))

    signal.waiting_started.connect(started)
    signal.waiting_ended.connect(ended)
    async with signal.stream("x"):
        pass
    with anyio.move_on_after(0):
        await signal.wait()
    with pytest.raises(WaitTimeoutError):
        await signal.wait("x", timeout=0)
    with pytest.raises(WaitTimeoutError):
        await anyio.to_thread.run_sync(partial(signal.wait_sync, timeout=0))
    assert told == [(what, sender) for sender in ("x", ANY, "x", ANY) for what in ("started", "ended")]


def test_a_receiver_of_the_meta_signal_that_fails_ends_the_wait() -> None:
    """The wait does not begin, and nothing is left."""
    signal = Signal()

    @signal.waiting_started.connect
    def refuse(awaited: object, **extra: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        signal.wait_sync(timeout=0)
    assert not signal.has_receivers_for(ANY)


# Signals of another library


def test_a_signal_is_fed_during_a_wait() -> None:
    """And no longer; the owner's result has what the relay returns, which does not come from a watcher."""
    theirs = blinker.Namespace().signal("pinged")
    ours = typed(theirs, Ping)
    assert not theirs.receivers
    with streaming(ours) as taken:
        assert [value for _, value in theirs.send("x", number=7, more="keywords")] == [[]]
        assert taken() == [("x", Ping(number=7))]
    assert not theirs.receivers
    with collected():
        loop = asyncio.new_event_loop()
        left = ours.stream()
        loop.run_until_complete(left.__aenter__())
        assert theirs.receivers
        loop.close()
        assert [value for _, value in theirs.send("x", number=7)] == [[]]
        assert not theirs.receivers
