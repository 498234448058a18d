"""Waiting until a signal is sent: in tasks on both event loops, and in threads."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from math import inf
from types import ModuleType
from typing import Any, NamedTuple

import anyio
import pytest
import trio

from tests.listening import in_thread, when_waiting
from typedsignals import (
    ANY,
    EventLoopError,
    Payload,
    PredicateError,
    SenderError,
    Signal,
    TypedSignalsError,
    WaitTimeoutError,
)
from typedsignals._concurrency.event_loop import Alarm


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


Wait = Callable[..., Awaitable[tuple[Any, Any]]]

order_placed = Signal(OrderPlaced, sender=Shop, name="order-placed")
closed = Signal(name="closed")
bern, dublin = Shop(), Shop()


def message_of(error: pytest.ExceptionInfo[BaseException]) -> str:
    """Return the message, without the place of predicates."""
    return re.sub(r"\(\S*:\d+\)", "(FILE:LINE)", str(error.value))


def waiting(signal: Signal[Any, Any, ...], way: str) -> Wait:
    """Return the way to wait for a signal: in this task, or in a thread."""
    if way == "wait":
        return signal.wait

    async def wait_in_thread(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        return await anyio.to_thread.run_sync(lambda: signal.wait_sync(*args, **kwargs))

    return wait_in_thread


@pytest.fixture(params=["wait", "wait_sync"])
def way(request: pytest.FixtureRequest) -> str:
    """Both ways to wait."""
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def nobody_is_left() -> Any:
    """Nothing that waited still watches, however it ended."""
    yield
    assert not order_placed.has_receivers_for(ANY)
    assert not closed.has_receivers_for(ANY)


pytestmark = pytest.mark.anyio


async def test_waiting_gives_the_next_sender_and_payload(way: str) -> None:
    """The first one after it begins, and no later one."""
    order_placed.send(bern, order_id=6)

    def send() -> None:
        order_placed.send(dublin, order_id=7)
        order_placed.send(bern, order_id=8)

    with when_waiting(order_placed, send):
        assert await waiting(order_placed, way)() == (dublin, OrderPlaced(order_id=7))


async def test_a_signal_without_payload_gives_its_keywords(way: str) -> None:
    """As a dictionary."""
    with when_waiting(closed, lambda: closed.send(bern, reason="fire", sender=1)):
        assert await waiting(closed, way)() == (bern, {"reason": "fire", "sender": 1})


async def test_waiting_may_be_for_a_sender(way: str) -> None:
    """With a timeout or without."""

    def send() -> None:
        order_placed.send(dublin, order_id=7)
        order_placed.send(bern, order_id=8)

    with when_waiting(order_placed, send):
        for timeout in (None, 60, inf):
            found = await waiting(order_placed, way)(bern, timeout=timeout)
            assert found == (bern, OrderPlaced(order_id=8))


async def test_waiting_may_be_for_what_a_predicate_accepts(way: str) -> None:
    """It gets the sender and the payload."""

    def send() -> None:
        order_placed.send(bern, order_id=7)
        order_placed.send(bern, order_id=8)

    with when_waiting(order_placed, send):
        found = await waiting(order_placed, way)(where=lambda sender, payload: (sender, payload.order_id) == (bern, 8))
        assert found == (bern, OrderPlaced(order_id=8))


async def test_another_thread_may_send(way: str) -> None:
    """And is not blocked: it ends while the event loop does nothing."""
    with when_waiting(order_placed, lambda: in_thread(lambda: order_placed.send(bern, order_id=7))):
        assert await waiting(order_placed, way)(timeout=60) == (bern, OrderPlaced(order_id=7))


async def test_many_may_wait_for_one_send() -> None:
    """All of them get it."""
    found: list[Any] = []

    async def wait(number: int) -> None:
        found.append((number, await order_placed.wait()))

    async with anyio.create_task_group() as tasks:
        for number in range(3):
            tasks.start_soon(wait, number)
        await anyio.wait_all_tasks_blocked()
        order_placed.send(bern, order_id=7)
    assert sorted(found) == [(number, (bern, OrderPlaced(order_id=7))) for number in range(3)]


async def test_a_wait_that_is_cancelled_is_over() -> None:
    """Nothing keeps watching, as `nobody_is_left` checks."""
    with anyio.move_on_after(0) as scope:
        await order_placed.wait()
    assert scope.cancelled_caught


# Timeouts


async def test_a_timeout_says_that_nothing_was_sent(way: str) -> None:
    """It is a `TimeoutError`, and an error of this package that carries the signal and the sender."""
    with pytest.raises(TimeoutError) as error:
        await waiting(order_placed, way)(bern, timeout=0)
    assert message_of(error) == (
        "<Signal 'order-placed'> sent no matching event within 0 seconds; sent meanwhile: nothing"
    )
    assert isinstance(error.value, WaitTimeoutError)
    assert isinstance(error.value, TypedSignalsError)
    assert (error.value.signal, error.value.sender) == (order_placed, bern)


async def test_a_timeout_says_what_arrived_and_why_it_did_not_match(way: str) -> None:
    """Without any value of a payload."""

    def send() -> None:
        order_placed.send(dublin, order_id=7)
        order_placed.send(bern, order_id=8)
        order_placed.send(bern, order_id=9)

    with when_waiting(order_placed, send), pytest.raises(WaitTimeoutError) as error:
        await waiting(order_placed, way)(bern, where=lambda sender, payload: False, timeout=0.001)
    assert message_of(error) == (
        "<Signal 'order-placed'> sent no matching event within 0.001 seconds; "
        "sent meanwhile: 1 by another sender (a Shop), 2 refused by where= (FILE:LINE)"
    )


# Misuse


async def test_a_predicate_that_raises_fails_the_wait(way: str) -> None:
    """And not the send."""

    def fail(sender: object, payload: OrderPlaced) -> bool:
        raise KeyError(payload.order_id)

    def send() -> None:
        assert order_placed.send(bern, order_id=7) == []

    with when_waiting(order_placed, send), pytest.raises(PredicateError) as error:
        await waiting(order_placed, way)(where=fail)
    assert message_of(error) == (
        "where= (FILE:LINE) raised KeyError for what <Signal 'order-placed'> sent; "
        "it is called as where(sender, payload) for each send, and must return whether the send matches"
    )
    assert repr(error.value.__cause__) == "KeyError(7)"
    assert (error.value.signal, error.value.sender) == (order_placed, bern)


async def test_waiting_for_a_sender_that_cannot_send_is_refused(way: str) -> None:
    """It would take forever."""
    with pytest.raises(SenderError) as error:
        await waiting(order_placed, way)("Bern")
    assert message_of(error) == (
        "the sender of <Signal 'order-placed'> must be of type Shop, got str; "
        "pass one of that type, or ANY for all senders"
    )


async def test_blocking_an_event_loop_is_refused() -> None:
    """Nothing in the loop could send the signal then."""
    with pytest.raises(EventLoopError) as error:
        order_placed.wait_sync(timeout=0)
    assert error.value.signal is order_placed
    assert message_of(error) == (
        "wait_sync() of <Signal 'order-placed'> would block the event loop that is running in this thread; await wait()"
    )


def test_waiting_outside_an_event_loop_is_refused() -> None:
    """Nothing could wake it up."""
    with pytest.raises(EventLoopError) as error:
        order_placed.wait().send(None)
    assert error.value.signal is order_placed
    assert message_of(error) == (
        "wait() of <Signal 'order-placed'> needs an event loop, and none is running in this thread; "
        "start one with asyncio.run() or trio.run(), or call wait_sync()"
    )


def test_waiting_without_anyio_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the extra."""
    monkeypatch.delitem(sys.modules, "typedsignals._concurrency.anyio", raising=False)
    monkeypatch.setitem(sys.modules, "anyio", None)
    with pytest.raises(ImportError) as error:
        asyncio.run(order_placed.wait())
    assert message_of(error) == (
        "waiting for signals and sending concurrently need anyio; install it with: pip install 'typedsignals[async]'"
    )


def test_neither_anyio_nor_an_event_loop_is_imported_before_it_is_needed() -> None:
    """Programs that wait in threads, or not at all, need neither."""
    script = """
import sys
from pydantic import BaseModel
before = set(sys.modules)
import typedsignals
signal = typedsignals.Signal()
with signal.waiting_started.connected_to(lambda awaited, /, **extra: signal.send("x", a=1)):
    assert signal.wait_sync(timeout=60) == ("x", {"a": 1})
assert not {"anyio", "asyncio", "trio"} & (set(sys.modules) - before)
"""
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - the script is this test's own


# Waking


def test_a_library_that_another_thread_is_importing_is_not_running_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not have all its attributes yet."""
    for library in ("trio", "asyncio"):
        monkeypatch.setitem(sys.modules, library, ModuleType(library))
    with pytest.raises(WaitTimeoutError):
        order_placed.wait_sync(timeout=0)


def test_trio_may_be_a_guest_of_asyncio() -> None:
    """A task of either waits in its own way."""

    async def in_trio() -> Any:
        return await order_placed.wait()

    async def in_asyncio() -> list[Any]:
        loop = asyncio.get_running_loop()
        done, both = loop.create_future(), asyncio.Event()
        trio.lowlevel.start_guest_run(
            in_trio, run_sync_soon_threadsafe=loop.call_soon_threadsafe, done_callback=done.set_result
        )
        waiting: list[object] = []

        def count() -> None:
            waiting.append(None)
            if len(waiting) == 2:
                both.set()

        with when_waiting(order_placed, count):
            own = asyncio.create_task(order_placed.wait())
            await both.wait()
        order_placed.send(bern, order_id=7)
        return [await own, (await done).unwrap()]

    assert asyncio.run(in_asyncio()) == [(bern, OrderPlaced(order_id=7))] * 2


def test_an_event_loop_need_not_take_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be of any class that has an event loop's methods."""

    class Bare(NamedTuple):
        call_soon_threadsafe: Callable[..., object]
        is_closed: Callable[[], bool]

    async def main() -> Any:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(asyncio, "get_running_loop", lambda: Bare(loop.call_soon_threadsafe, loop.is_closed))
        with when_waiting(order_placed, lambda: loop.call_soon(lambda: order_placed.send(bern, order_id=7))):
            return await order_placed.wait()

    assert asyncio.run(main()) == (bern, OrderPlaced(order_id=7))


def test_a_task_of_asyncio_waits_on_when_its_guest_has_gone() -> None:
    """It began to wait while trio was there."""

    async def in_trio(gone: trio.Event) -> None:
        await gone.wait()

    async def in_asyncio() -> Any:
        loop = asyncio.get_running_loop()
        done, gone = loop.create_future(), trio.Event()
        trio.lowlevel.start_guest_run(
            in_trio, gone, run_sync_soon_threadsafe=loop.call_soon_threadsafe, done_callback=done.set_result
        )
        waiting = asyncio.create_task(order_placed.wait())
        with when_waiting(order_placed, gone.set):
            await done
        order_placed.send(bern, order_id=7)
        for _ in range(5):
            await asyncio.sleep(0)
        assert waiting.done()
        return await waiting

    assert asyncio.run(in_asyncio()) == (bern, OrderPlaced(order_id=7))


def test_a_wait_in_a_loop_that_has_ended_needs_no_waking() -> None:
    """A late send is not disturbed."""

    async def alarm() -> Alarm:
        return Alarm()

    asyncio.run(alarm()).ring()
    trio.run(alarm).ring()


def test_threads_wait_for_each_other() -> None:
    """Each takes its turn when the one before it is done."""
    turn = Signal(name="turn")
    order: list[int] = []
    connected = threading.Semaphore(0)

    def run(number: int) -> None:
        turn.wait_sync(where=lambda sender, payload: payload["number"] == number, timeout=60)
        order.append(number)
        turn.send(None, number=number + 1)

    threads = [threading.Thread(target=run, args=(number,)) for number in (2, 0, 1)]
    with when_waiting(turn, connected.release):
        for thread in threads:
            thread.start()
        for _ in threads:
            assert connected.acquire(timeout=60)
    turn.send(None, number=0)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2]


def test_two_sends_that_match_wake_a_thread_once() -> None:
    """The second, here the outer one, does not fail because the thread is awake; the first is what it gets."""
    signal, found, begun = Signal(), list[object](), threading.Event()

    def accepts(sender: object, payload: object) -> bool:
        if sender == "outer":
            signal.send("inner")
        return True

    thread = threading.Thread(target=lambda: found.append(signal.wait_sync(where=accepts, timeout=60)))
    with when_waiting(signal, begun.set):
        thread.start()
        assert begun.wait(60)
    signal.send("outer")
    thread.join()
    assert found == [("inner", {})]
