"""Sends that must be awaited, held in ``async with`` blocks; and tasks, whose blocks are their own."""

# ruff: noqa: PT012 - what is held, and the end that raises, belong to one block

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import anyio
import pytest
import trio

from tests.ways import AnySignal, Ping, finished
from typedsignals import HeldSendError, Signal, WaitTimeoutError
from typedsignals.testing import capture

pytestmark = [pytest.mark.usefixtures("code"), pytest.mark.anyio]

Send = Callable[[AnySignal, object, int], Coroutine[Any, Any, list[Any]]]

AWAITED: dict[str, Send] = {
    "send_async": lambda signal, sender, number: signal.send_async(sender, number=number),
    "send_robust_async": lambda signal, sender, number: signal.send_robust_async(sender, number=number),
    "send_concurrent": lambda signal, sender, number: signal.send_concurrent(sender, number=number),
    "send_payload_async": lambda signal, sender, number: signal.send_payload_async(sender, Ping(number=number)),
}

every_awaited_way = pytest.mark.parametrize("method", AWAITED)


class Calls(list[tuple[Any, int]]):
    """A receiver that notes senders and numbers, after it has waited."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # lists have none

    async def __call__(self, sender: object, number: int, **extra: object) -> None:
        await anyio.lowlevel.checkpoint()
        self.append((sender, number))


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def signal(calls: Calls) -> AnySignal:
    made = Signal[Any, Any, ...](Ping, name="ping")
    made.connect(calls, weak=False)
    return made


def note_in(calls: Calls) -> Callable[..., None]:
    """A plain receiver, which every way of sending can call."""

    def receiver(sender: object, number: int, **extra: object) -> None:
        calls.append((sender, number))

    return receiver


@every_awaited_way
async def test_an_awaited_send_is_delivered_at_the_end(signal: AnySignal, calls: Calls, method: str) -> None:
    """In the order of the sends."""
    send = AWAITED[method]
    async with signal.held():
        assert await send(signal, "a", 1) == []
        await anyio.lowlevel.checkpoint()
        assert await send(signal, "b", 2) == []
        assert calls == []
    assert calls == [("a", 1), ("b", 2)]


async def test_plain_and_awaited_sends_keep_their_order(calls: Calls) -> None:
    """Each is delivered in the way in which it was sent, wrappers included."""
    signal = Signal[Any, Any, ...](Ping)
    receiver = note_in(calls)
    signal.connect(receiver)
    wrapped = list[object]()

    def wrapper(function: Any) -> Any:
        async def awaited(*args: Any, **fields: Any) -> None:
            wrapped.append(function)
            function(*args, **fields)

        return awaited

    async with signal.held():
        signal.send("a", number=1)
        await signal.send_async("b", number=2, _sync_wrapper=wrapper)
        signal.send_robust("c", number=3)
        await signal.send_payload_async("d", Ping(number=4), _sync_wrapper=wrapper)
        assert wrapped == []
    assert calls == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert wrapped == [receiver, receiver]


async def test_errors_come_as_one_group(signal: AnySignal, calls: Calls) -> None:
    """Those of concurrent sends are groups themselves, robust sends have none. Each says where the block was made."""

    async def failing(sender: object, number: int, **extra: object) -> None:
        raise ValueError(number)

    signal.connect(failing, priority=-1)
    with pytest.raises(ExceptionGroup) as raised:
        async with signal.held():
            for number, send in enumerate(AWAITED.values()):
                await send(signal, "a", number)
    assert [number for _, number in calls if number != 2] == [0, 1, 3]  # a concurrent send may cancel it
    first, second, third = raised.value.exceptions
    assert (first.args, third.args) == ((0,), (3,))
    assert isinstance(second, ExceptionGroup)
    assert second.exceptions[0].args == (2,)
    line = failing.__code__.co_firstlineno + 5
    for error in raised.value.exceptions:
        assert error.__notes__[0].endswith(f", and held by the block made at {__file__}:{line}")


async def test_errors_are_raised_in_the_context_of_that_of_the_block(signal: AnySignal) -> None:
    """As in a plain block."""

    async def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with pytest.raises(ExceptionGroup) as raised:
        async with signal.held(on_error="deliver"):
            await signal.send_async("a", number=1)
            raise KeyError
    assert type(raised.value.__context__) is KeyError


async def test_errors_do_not_hold_back_what_ends_the_program(
    signal: AnySignal, caplog: pytest.LogCaptureFixture
) -> None:
    """As in a plain block."""

    async def failing(sender: object, **extra: object) -> None:
        raise ValueError

    signal.connect(failing)
    with pytest.raises(SystemExit):
        async with signal.held(on_error="deliver"):
            await signal.send_async("a", number=1)
            raise SystemExit
    assert [record.getMessage() for record in caplog.records] == [
        "a held send of <Signal 'ping'> failed (1 sub-exception)"
    ]


async def test_an_exception_drops_or_delivers(signal: AnySignal, calls: Calls) -> None:
    """As in a plain block."""
    for on_error in ("drop", "deliver"):
        with suppress(KeyError):
            async with signal.held(on_error=on_error):
                await signal.send_async(on_error, number=1)
                raise KeyError
    assert calls == [("deliver", 1)]


@every_awaited_way
async def test_a_receiver_that_is_called_once_gets_the_first(calls: Calls, method: str) -> None:
    """As in a plain block."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(calls, once=True)
    async with signal.held():
        await AWAITED[method](signal, "a", 1)
        await AWAITED[method](signal, "a", 2)
    assert calls == [("a", 1)]


@every_awaited_way
async def test_a_block_that_a_receiver_leaves_open_holds_the_rest_of_the_delivery(
    signal: AnySignal, calls: Calls, method: str
) -> None:
    """As in a plain block; each is delivered at last in the way in which it was sent."""
    left = signal.held()

    async def open_another(sender: object, **extra: object) -> None:
        await left.__aenter__()

    signal.connect(open_another, once=True)
    async with signal.held():
        await signal.send_async("a", number=1)
        await AWAITED[method](signal, "a", 2)
    assert calls == [("a", 1)]
    await left.__aexit__(None, None, None)
    assert calls == [("a", 1), ("a", 2)]


@every_awaited_way
async def test_a_plain_block_refuses_an_awaited_send(signal: AnySignal, calls: Calls, method: str) -> None:
    """At the send, and also in an inner block that would hand it over; plain sends are held all the same."""
    line = test_a_plain_block_refuses_an_awaited_send.__code__.co_firstlineno + 4
    with signal.held():
        with pytest.raises(HeldSendError) as raised:
            await AWAITED[method](signal, "a", 1)
        async with signal.held():
            with pytest.raises(HeldSendError):
                await AWAITED[method](signal, "a", 2)
    assert str(raised.value) == (
        f"{method}() of <Signal 'ping'> cannot be held by the block made at {__file__}:{line}: it is a `with`, which "
        "can await nothing at its end; use `async with`"
    )
    assert raised.value.signal is signal
    assert calls == []


async def test_a_plain_block_that_began_later_cannot_deliver_what_is_handed_over(
    signal: AnySignal, calls: Calls
) -> None:
    """Blocks that overlap; the error comes in its group."""
    first, second = signal.held(), signal.held()
    await first.__aenter__()
    await signal.send_async("a", number=1)
    second.__enter__()
    await first.__aexit__(None, None, None)
    with pytest.raises(ExceptionGroup) as raised:
        second.__exit__(None, None, None)
    assert isinstance(raised.value.exceptions[0], HeldSendError)
    assert calls == []


async def test_nested_blocks_hand_over(signal: AnySignal, calls: Calls) -> None:
    """A plain block inside, too."""

    def last(payloads: Sequence[Ping]) -> Ping:
        return payloads[-1]

    plain = Signal[Any, Any, ...](Ping)
    plain.connect(note_in(calls), weak=False)
    async with plain.held(reduce=last):
        await plain.send_async("a", number=1)
        with plain.held():
            plain.send("b", number=2)
        async with plain.held():
            await plain.send_concurrent("a", number=3)
        assert calls == []
    assert calls == [("b", 2), ("a", 3)]


async def test_a_task_holds_its_own_sends_only(signal: AnySignal, calls: Calls) -> None:
    """Not those of tasks that it starts, nor those of others that run meanwhile; across each ``await``."""
    go, done = anyio.Event(), anyio.Event()

    async def other() -> None:
        await go.wait()
        await signal.send_async("other", number=1)
        done.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        async with signal.held():
            await signal.send_async("held", number=1)
            go.set()
            await done.wait()
            await signal.send_async("held", number=2)
            async with anyio.create_task_group() as inner:
                inner.start_soon(AWAITED["send_async"], signal, "child", 1)
            assert calls == [("other", 1), ("child", 1)]
    assert calls[2:] == [("held", 1), ("held", 2)]


async def test_a_thread_for_a_task_is_not_held(calls: Calls) -> None:
    """Though it inherits the context of the task."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(note_in(calls), weak=False)
    async with signal.held():
        await anyio.to_thread.run_sync(lambda: signal.send("thread", number=1))
        assert calls == [("thread", 1)]


def test_a_loop_that_a_thread_starts_in_its_block_is_not_held(calls: Calls) -> None:
    """Its tasks are started by the thread, as others are."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(note_in(calls), weak=False)

    async def main() -> None:
        signal.send("task", number=1)

    with signal.held():
        signal.send("thread", number=2)
        asyncio.run(main())
        trio.run(main)
        assert calls == [("task", 1), ("task", 1)]
    assert calls[2:] == [("thread", 2)]


async def test_a_callback_of_the_loop_is_not_held() -> None:
    """It belongs to no task."""
    if trio.lowlevel.in_trio_run():
        pytest.skip("trio has none")
    signal, calls = Signal[Any, Any, ...](Ping), Calls()
    signal.connect(note_in(calls), weak=False)
    async with signal.held():
        asyncio.get_running_loop().call_soon(lambda: signal.send("callback", number=1))
        await asyncio.sleep(0)
        assert calls == [("callback", 1)]


async def test_a_stream_sees_the_delivery(signal: AnySignal) -> None:
    """And a task that waits. A send that is dropped was never sent, as far as they know."""
    async with signal.stream() as events, anyio.create_task_group() as tasks:
        waited = list[Any]()

        async def wait() -> None:
            waited.append(await signal.wait())

        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        with suppress(KeyError):
            async with signal.held():
                await signal.send_async("a", number=1)
                raise KeyError
        async with signal.held():
            await signal.send_async("a", number=2)
            with pytest.raises(WaitTimeoutError, match="sent meanwhile: nothing"):
                await signal.wait(timeout=0)
        assert await anext(events) == ("a", Ping(number=2))
    assert waited == [("a", Ping(number=2))]


async def test_capture_marks_an_awaited_send(signal: AnySignal) -> None:
    """As a plain one."""
    async with capture(signal) as captured, signal.held():
        await signal.send_async("a", number=1)
    assert captured.one().is_held


async def test_a_cancelled_block_drops_what_it_holds(signal: AnySignal, calls: Calls) -> None:
    """A cancellation is an exception too."""
    with anyio.CancelScope() as scope:
        async with signal.held():
            await signal.send_async("a", number=1)
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    await signal.send_async("a", number=2)
    assert calls == [("a", 2)]


async def test_a_cancellation_during_the_delivery_ends_it(
    signal: AnySignal, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    """What was not delivered is dropped. Errors from before are logged, as the cancellation must go on."""
    scope = anyio.CancelScope()

    async def failing(sender: object, number: int, **extra: object) -> None:
        if number == 1:
            raise ValueError
        scope.cancel()
        await anyio.lowlevel.checkpoint()

    signal.connect(failing)
    caplog.set_level("ERROR", logger="typedsignals")
    with scope:
        async with signal.held():
            for number in (1, 2, 3):
                await signal.send_async("a", number=number)
    assert scope.cancelled_caught
    assert [number for _, number in calls] == [1, 2]
    (record,) = caplog.records
    assert record.getMessage() == "a held send of <Signal 'ping'> failed (1 sub-exception)"


async def test_a_cancelled_concurrent_delivery_ends_the_others(signal: AnySignal, calls: Calls) -> None:
    """Though its error may be a group."""
    scope = anyio.CancelScope()

    async def cancelling(sender: object, **extra: object) -> None:
        scope.cancel()
        await anyio.lowlevel.checkpoint()

    signal.connect(cancelling, priority=1)
    with scope:
        async with signal.held():
            await signal.send_concurrent("a", number=1)
            await signal.send_concurrent("a", number=2)
    assert scope.cancelled_caught
    assert calls == []


@pytest.mark.parametrize("method", ["send_async", "send_concurrent"])
async def test_what_a_receiver_awaits_may_be_cancelled(signal: AnySignal, calls: Calls, method: str) -> None:
    """That is a failure of the receiver: the rest is delivered, and the group takes it."""

    async def cancelled(sender: object, number: int, **extra: object) -> None:
        if number == 1:
            raise asyncio.CancelledError

    signal.connect(cancelled, priority=-1)
    with pytest.raises(BaseExceptionGroup) as raised:
        async with signal.held():
            await AWAITED[method](signal, "a", 1)
            await AWAITED[method](signal, "a", 2)
    assert calls[-1] == ("a", 2)
    (error,) = raised.value.exceptions
    if method == "send_concurrent":
        assert isinstance(error, BaseExceptionGroup)
        (error,) = error.exceptions
    assert isinstance(error, asyncio.CancelledError)


def test_a_cancelled_task_delivers_to_all_while_it_cleans_up(calls: Calls, signal: AnySignal) -> None:
    """The request that ended its work is not taken for one that arrives during the delivery."""

    async def cancelled(sender: object, number: int, **extra: object) -> None:
        if number == 1:
            raise asyncio.CancelledError

    signal.connect(cancelled, priority=1)

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        with pytest.raises(BaseExceptionGroup, match="a held send of"):
            async with signal.held():
                await signal.send_async("a", number=1)
                await signal.send_async("a", number=2)

    asyncio.run(main())
    assert calls == [("a", 2)]


def test_a_plain_receiver_may_raise_a_cancellation(calls: Calls) -> None:
    """Nothing awaits it, so it cannot be that of a task."""
    signal = Signal[Any, Any, ...](Ping)

    def cancelled(sender: object, **extra: object) -> None:
        raise asyncio.CancelledError

    signal.connect(cancelled)
    with pytest.raises(BaseExceptionGroup, match="2 held sends"), signal.held():
        signal.send("a")
        signal.send("b")


def test_a_plain_delivery_is_not_what_a_task_is_cancelled_in(calls: Calls) -> None:
    """Though it has been asked to end: the error comes from the receiver, as there was nothing to await."""
    signal = Signal[Any, Any, ...](Ping)

    def cancelled(sender: object, **extra: object) -> None:
        raise asyncio.CancelledError

    signal.connect(cancelled)

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with pytest.raises(BaseExceptionGroup), signal.held():
            signal.send("a")
        with pytest.raises(BaseExceptionGroup):
            async with signal.held():
                signal.send("a")
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(0)
        task.uncancel()

    asyncio.run(main())


def test_a_task_that_is_given_up_leaves_no_block_open(calls: Calls) -> None:
    """Even if what it sent leads to it."""
    signal = Signal[Any, Any, ...](Ping)
    signal.connect(note_in(calls), weak=False)

    class Walk:
        async def walk(self) -> None:
            async with signal.held():
                signal.send(self)
                await self.never

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self.never = loop.create_future()
            self.task = loop.create_task(self.walk())

    loop = asyncio.new_event_loop()
    try:
        loop.set_exception_handler(lambda loop, context: None)  # it says that the task was destroyed
        walk = Walk(loop)
        loop.run_until_complete(asyncio.sleep(0))
        gone = weakref.ref(walk)
        del walk
        gc.collect()
        assert gone() is None
    finally:
        loop.close()
    signal.send("b")
    assert calls == [("b", 1)]


def test_an_end_that_nobody_awaits_delivers_nothing(signal: AnySignal, calls: Calls) -> None:
    """An interrupt may come before the ``await``; there is no warning, and the block has ended."""
    block = signal.held()
    finished(block.__aenter__())
    signal.send("a", number=1)
    assert block.__aexit__(None, None, None) is not None
    gc.collect()
    assert calls == []
    finished(signal.send_robust_async("b", number=2))
