"""Concurrent sends: receivers run at the same time and end before the send does, on both event loops."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from typedsignals import EventLoopError, Payload, PayloadError, ReceiverSignatureError, SenderError, Signal
from typedsignals.testing import capture


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


bern = Shop()
pytestmark = pytest.mark.anyio

request = ContextVar("request", default="none")


@pytest.fixture(params=["typed", "untyped"])
def signal(request: pytest.FixtureRequest) -> Signal[Any, Any, ...]:
    """A signal of either kind."""
    if request.param == "untyped":
        return Signal(name="order-placed")
    return Signal(OrderPlaced, sender=Shop, name="order-placed")


def values(results: list[tuple[Any, Any]]) -> list[Any]:
    return [value for _, value in results]


async def test_coroutine_receivers_run_together(signal: Signal[Any, Any, ...]) -> None:
    """Each can wait until all others have begun; results are in the order of connection, not of completion."""
    begun, ended = list[int](), list[int]()
    all_begun, turn = anyio.Event(), [anyio.Event() for _ in range(3)]

    def made(number: int) -> Callable[..., Awaitable[int]]:
        async def receiver(sender: object, order_id: int) -> int:
            begun.append(number)
            if len(begun) == 3:
                all_begun.set()
            await all_begun.wait()
            if number < 2:
                await turn[number + 1].wait()
            ended.append(number)
            turn[number].set()
            return number + order_id

        return receiver

    receivers = [made(number) for number in range(3)]
    for receiver in receivers:
        signal.connect(receiver)
    results = await signal.send_concurrent(bern, order_id=10)
    assert results == [(receiver, number + 10) for number, receiver in enumerate(receivers)]
    assert ended == [2, 1, 0]


async def test_plain_receivers_are_called_inline(signal: Signal[Any, Any, ...]) -> None:
    """In the sender's thread and task; what they set in the context stays set."""
    threads: list[threading.Thread] = []

    def plain(sender: object, **fields: Any) -> str:
        threads.append(threading.current_thread())
        request.set("changed")
        return "plain"

    async def coroutine(sender: object, **fields: Any) -> str:
        return "coroutine"

    signal.connect(coroutine)
    signal.connect(plain)
    assert values(await signal.send_concurrent(bern, order_id=1)) == ["coroutine", "plain"]
    assert threads == [threading.current_thread()]
    assert request.get() == "changed"


async def test_a_receiver_may_ask_for_a_thread(signal: Signal[Any, Any, ...]) -> None:
    """It runs beside the event loop, with a copy of the sender's context."""
    release = threading.Event()
    found: list[Any] = []

    def blocking(sender: object, **fields: Any) -> str:
        assert release.wait(timeout=60)
        found.extend([request.get(), threading.current_thread() is threading.main_thread(), fields])
        request.set("of the thread")
        return "blocking"

    async def coroutine(sender: object, **fields: Any) -> str:
        await anyio.lowlevel.checkpoint()
        release.set()
        return "coroutine"

    request.set("of the sender")
    signal.connect(blocking, thread=True)
    signal.connect(coroutine)
    assert values(await signal.send_concurrent(bern, order_id=1)) == ["blocking", "coroutine"]
    assert found == ["of the sender", False, {"order_id": 1}]
    assert request.get() == "of the sender"


async def test_other_sends_call_it_where_they_are_made(signal: Signal[Any, Any, ...]) -> None:
    """The option is for concurrent sends; all ways to connect take it, and connections show it."""
    threads: list[threading.Thread] = []

    def blocking(sender: object, **fields: Any) -> None:
        threads.append(threading.current_thread())

    signal.connect(blocking, thread=True)
    signal.send(bern, order_id=1)
    await signal.send_async(bern, order_id=1)
    assert threads == [threading.current_thread()] * 2
    signal.connect(blocking)
    signal.connect_via(bern, thread=True)(blocking)
    assert [connection.thread for connection in signal.connections] == [False, True]
    signal.disconnect(blocking)
    with signal.connected_to(blocking, thread=True):
        assert [connection.thread for connection in signal.connections] == [True]


async def test_one_failure_comes_as_a_group_and_cancels_the_others(signal: Signal[Any, Any, ...]) -> None:
    """None of them outlives the call."""
    cancelled: list[str] = []

    async def endless(sender: object, **fields: Any) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            cancelled.append("endless")

    async def failing(sender: object, **fields: Any) -> None:
        await anyio.wait_all_tasks_blocked()
        raise KeyError("failing")

    signal.connect(endless)
    signal.connect(failing)
    with pytest.raises(ExceptionGroup) as error:
        await signal.send_concurrent(bern, order_id=1)
    assert str(error.value) == "1 receiver of <Signal 'order-placed'> failed (1 sub-exception)"
    assert repr(error.value.exceptions) == "(KeyError('failing'),)"
    assert error.value.__cause__ is None
    assert cancelled == ["endless"]


async def test_all_failures_come_as_one_group(signal: Signal[Any, Any, ...]) -> None:
    """Those of coroutines, of threads, and of plain receivers, after which no further receiver is called."""
    begun = threading.Event()
    called: list[str] = []

    def in_thread(sender: object, **fields: Any) -> None:
        begun.set()
        raise KeyError("thread")

    async def failing(sender: object, **fields: Any) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(begun.wait, 10)
        raise KeyError("coroutine")

    def plain(sender: object, **fields: Any) -> None:
        raise KeyError("plain")

    def after(sender: object, **fields: Any) -> None:
        called.append("after")

    signal.connect(in_thread, thread=True)
    signal.connect(failing)
    with pytest.raises(ExceptionGroup) as error:
        await signal.send_concurrent(bern, order_id=1)
    assert {repr(each) for each in error.value.exceptions} == {"KeyError('thread')", "KeyError('coroutine')"}
    signal.disconnect(in_thread)
    signal.disconnect(failing)
    signal.connect(plain)
    signal.connect(after)
    with pytest.raises(ExceptionGroup) as error:
        await signal.send_concurrent(bern, order_id=1)
    assert repr(error.value.exceptions) == "(KeyError('plain'),)"
    assert called == []


async def test_several_failures_are_counted(signal: Signal[Any, Any, ...]) -> None:
    """A receiver that fails while it is cancelled counts; a group that a receiver raises counts once."""

    async def first(sender: object, **fields: Any) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            raise KeyError("first")

    async def second(sender: object, **fields: Any) -> None:
        await anyio.wait_all_tasks_blocked()
        raise ExceptionGroup("own", [KeyError("second")])

    signal.connect(first)
    signal.connect(second)
    with pytest.raises(ExceptionGroup) as error:
        await signal.send_concurrent(bern, order_id=1)
    assert str(error.value) == "2 receivers of <Signal 'order-placed'> failed (2 sub-exceptions)"
    assert {repr(each) for each in error.value.exceptions} == {
        "KeyError('first')",
        "ExceptionGroup('own', [KeyError('second')])",
    }


async def test_a_cancelled_send_cancels_its_receivers(signal: Signal[Any, Any, ...]) -> None:
    """And is not a failure."""
    ended: list[str] = []

    async def endless(sender: object, **fields: Any) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("endless")

    signal.connect(endless)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: signal.send_concurrent(bern, order_id=1))
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    assert ended == ["endless"]
    assert scope.cancelled_caught


async def test_terms_of_connections_hold() -> None:
    """Payload objects, receivers to be called once, disconnection before the turn, senders, and priorities."""
    signal = Signal(OrderPlaced, sender=Shop)

    async def by_payload(sender: Shop, payload: OrderPlaced) -> int:
        return payload.order_id

    def disconnects(sender: Shop, **fields: Any) -> str:
        signal.disconnect(late)
        return "disconnects"

    def late(sender: Shop, **fields: Any) -> str:
        return "late"

    signal.connect(late, thread=True)
    signal.connect(by_payload, as_payload=True, once=True)
    signal.connect(disconnects, bern, priority=1)
    assert values(await signal.send_concurrent(bern, order_id=7)) == ["disconnects", 7]
    assert values(await signal.send_concurrent(bern, order_id=7)) == ["disconnects"]
    assert await signal.send_concurrent(Shop(), order_id=7) == []


async def test_concurrent_sends_are_captured(signal: Signal[Any, Any, ...]) -> None:
    """Like any other."""
    with capture(signal) as captured:
        assert await signal.send_concurrent(bern, order_id=7) == []
    captured.assert_sent_once(order_id=7)


async def test_a_signal_without_receivers_need_not_validate() -> None:
    """As for any other send."""
    signal = Signal(OrderPlaced, validate="connected")
    assert await signal.send_concurrent(None, order_id="x") == []  # type: ignore[arg-type]


# Refusals


async def test_a_refused_send_reaches_no_receiver() -> None:
    """Wrong fields, wrong senders, fields by position."""
    signal = Signal(OrderPlaced, sender=Shop)
    with signal.connected_to(lambda sender, **fields: pytest.fail("called")):
        with pytest.raises(PayloadError):
            await signal.send_concurrent(bern, order_id="7")  # type: ignore[arg-type]
        with pytest.raises(SenderError):
            await signal.send_concurrent("bern", order_id=7)  # type: ignore[arg-type]
        with pytest.raises(TypeError) as error:
            await signal.send_concurrent(bern, 7)  # type: ignore[call-arg]
    assert (
        str(error.value) == "send_concurrent() takes fields as keywords, but got 1 positional argument after the sender"
    )


def test_a_coroutine_function_cannot_run_in_a_thread(signal: Signal[Any, Any, ...]) -> None:
    """It is refused when it is connected."""

    async def ship(sender: object, **fields: Any) -> None: ...

    with pytest.raises(ReceiverSignatureError) as error:
        signal.connect(ship, thread=True)
    code = ship.__code__
    assert str(error.value) == (
        f"receiver {ship.__qualname__!r} ({code.co_filename}:{code.co_firstlineno}) cannot be connected to "
        "<Signal 'order-placed'>: a coroutine function runs on the event loop, not in a thread; drop thread=True"
    )


def test_sending_concurrently_outside_an_event_loop_is_refused(signal: Signal[Any, Any, ...]) -> None:
    """There is nothing to run receivers on."""
    with pytest.raises(EventLoopError) as error:
        signal.send_concurrent(bern, order_id=1).send(None)
    assert str(error.value) == (
        "send_concurrent() of <Signal 'order-placed'> needs an event loop, and none is running in this thread; "
        "start one with asyncio.run() or trio.run(), or use send()"
    )


async def test_the_cancellation_of_something_else_is_a_receivers_failure(signal: Signal[Any, Any, ...]) -> None:
    """asyncio raises it where the cancelled task is awaited; to trio it means nothing."""

    async def raising(sender: object, **extra: object) -> None:
        raise asyncio.CancelledError

    async def after(sender: object, **extra: object) -> str:
        return "after"

    signal.connect(raising)
    signal.connect(after)
    first, second = await signal.send_robust_async(bern, order_id=1)
    assert isinstance(first.error, asyncio.CancelledError)
    assert second.value == "after"
    with pytest.raises(BaseExceptionGroup) as caught:
        await signal.send_concurrent(bern, order_id=1)
    assert [type(error) for error in caught.value.exceptions] == [asyncio.CancelledError]


async def test_a_sync_wrapper_makes_plain_receivers_run_together(signal: Signal[Any, Any, ...]) -> None:
    """Except those that run in threads, and coroutine functions."""
    wrapped = list[object]()

    def wrapper(receiver: Any) -> Any:
        wrapped.append(receiver)

        async def call(*args: object, **fields: object) -> object:
            await anyio.lowlevel.checkpoint()
            return receiver(*args, **fields)

        return call

    def plain(sender: object, order_id: int) -> int:
        return order_id

    def threaded(sender: object, order_id: int) -> int:
        return order_id + 1

    async def coroutine(sender: object, order_id: int) -> int:
        return order_id + 2

    signal.connect(plain)
    signal.connect(threaded, thread=True)
    signal.connect(coroutine)
    sent: Any = signal.send_concurrent
    assert values(await sent(bern, order_id=1, _sync_wrapper=wrapper)) == [1, 2, 3]
    assert wrapped == [plain]
