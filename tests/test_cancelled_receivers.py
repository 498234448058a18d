"""A cancellation inside a receiver is its failure, unless the sending task itself is cancelled."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
import trio

from tests.ways import AnySignal, Ping, finished
from typedsignals import Outcome, Signal

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """The event loop on which the same error says that something, or that the task itself, was cancelled."""
    return "asyncio"


async def after(sender: object, **extra: object) -> str:
    return "after"


async def awaiting_a_cancelled_task(sender: object, **extra: object) -> None:
    task = asyncio.ensure_future(asyncio.sleep(3600))
    task.cancel()
    await task


async def awaiting_a_cancelled_future(sender: object, **extra: object) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def raising(sender: object, **extra: object) -> None:
    raise asyncio.CancelledError("secret")


def raising_inline(sender: object, **extra: object) -> None:
    raise asyncio.CancelledError


def returning_a_coroutine(sender: object, **extra: object) -> Any:
    return raising(sender)


OWN: list[Callable[..., Any]] = [
    awaiting_a_cancelled_task,
    awaiting_a_cancelled_future,
    raising,
    raising_inline,
    returning_a_coroutine,
]
every_own = pytest.mark.parametrize("receiver", OWN, ids=[receiver.__name__ for receiver in OWN])


@pytest.fixture(params=["typed", "untyped"])
def signal(request: pytest.FixtureRequest) -> AnySignal:
    return Signal(Ping) if request.param == "typed" else Signal()


@every_own
async def test_a_robust_send_calls_the_others(
    signal: AnySignal, receiver: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The cancellation is the outcome of the receiver, and logged as other failures are."""
    signal.connect(receiver)
    signal.connect(after)
    first, second = await signal.send_robust_async(None)
    assert isinstance(first.error, asyncio.CancelledError)
    assert (first.receiver, first.ok) == (receiver, False)
    assert second.value == "after"
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("typedsignals", logging.ERROR)
    assert record.getMessage().endswith("raised CancelledError")


async def test_what_a_callback_of_the_loop_sends_belongs_to_no_task(signal: AnySignal) -> None:
    """So it cannot be what is cancelled."""
    signal.connect(raising)
    loop = asyncio.get_running_loop()
    sent: asyncio.Future[Any] = loop.create_future()
    loop.call_soon(lambda: sent.set_result(finished(signal.send_robust_async(None))))
    (outcome,) = await sent
    assert isinstance(outcome.error, asyncio.CancelledError)


@pytest.mark.parametrize(
    ("receiver", "thread"),
    [*((receiver, False) for receiver in OWN), (raising_inline, True), (returning_a_coroutine, True)],
)
async def test_a_concurrent_send_raises_it_in_a_group(
    signal: AnySignal, receiver: Callable[..., Any], thread: bool
) -> None:
    """With what other receivers raised; those that still run end as well."""
    began, ended = list[str](), list[str]()

    async def waiting(sender: object, **extra: object) -> None:
        began.append("waiting")
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("waiting")

    signal.connect(waiting)
    signal.connect(receiver, thread=thread)
    with pytest.raises(BaseExceptionGroup) as caught:
        await signal.send_concurrent(None)
    assert [type(error) for error in caught.value.exceptions] == [asyncio.CancelledError]
    assert caught.value.message == f"1 receiver of {signal!r} failed"
    assert began == ended


async def test_a_concurrent_send_gathers_it_with_other_failures(signal: AnySignal) -> None:
    """Each as it was raised."""

    async def failing(sender: object, **extra: object) -> None:
        raise LookupError

    signal.connect(raising)
    signal.connect(failing)
    with pytest.raises(BaseExceptionGroup) as caught:
        await signal.send_concurrent(None)
    assert {type(error) for error in caught.value.exceptions} == {asyncio.CancelledError, LookupError}


async def test_a_receiver_that_cancels_the_task_it_runs_in_has_failed(signal: AnySignal) -> None:
    """That of a concurrent send is its own, and not the sender's."""

    async def ending_itself(sender: object, **extra: object) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    signal.connect(ending_itself)
    with pytest.raises(BaseExceptionGroup) as caught:
        await signal.send_concurrent(None)
    assert [type(error) for error in caught.value.exceptions] == [asyncio.CancelledError]


WAYS: dict[str, Callable[[AnySignal], Awaitable[object]]] = {
    "send_async": lambda signal: signal.send_async(None),
    "send_robust_async": lambda signal: signal.send_robust_async(None),
    "send_concurrent": lambda signal: signal.send_concurrent(None),
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def waiting_for_ever(began: asyncio.Event, *, directly: bool) -> Callable[..., Any]:
    async def wait(sender: object, **extra: object) -> None:
        began.set()
        await asyncio.Event().wait()

    return wait if directly else lambda sender, **extra: wait(sender)


@pytest.mark.parametrize("directly", [True, False])
@every_way
async def test_cancelling_the_task_that_sends_ends_the_send(signal: AnySignal, way: Any, directly: bool) -> None:
    """The task is cancelled, and later receivers are not called."""
    began, calls = asyncio.Event(), list[str]()

    async def late(sender: object, **extra: object) -> None:
        calls.append("late")

    signal.connect(receiver := waiting_for_ever(began, directly=directly))
    if way is not WAYS["send_concurrent"]:
        signal.connect(late)
    task = asyncio.ensure_future(way(signal))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert calls == []
    signal.disconnect(receiver)


@every_way
async def test_a_scope_of_anyio_that_the_sender_is_in_ends_the_send(signal: AnySignal, way: Any) -> None:
    """As cancelling its task does."""
    signal.connect(receiver := waiting_for_ever(asyncio.Event(), directly=True))
    with anyio.CancelScope() as scope:
        asyncio.get_running_loop().call_soon(scope.cancel)
        await way(signal)
    assert scope.cancelled_caught
    signal.disconnect(receiver)


@every_way
async def test_a_time_limit_of_asyncio_ends_the_send(signal: AnySignal, way: Any) -> None:
    """And is distinguished from a cancellation inside a receiver."""
    signal.connect(receiver := waiting_for_ever(asyncio.Event(), directly=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await way(signal)
    signal.disconnect(receiver)


async def cancelled_once() -> None:
    """Be cancelled, and go on, as code that cleans up does."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)


@every_own
async def test_a_cancelled_task_can_send_while_it_cleans_up(signal: AnySignal, receiver: Callable[..., Any]) -> None:
    """The request that it has seen already is not taken for one that arrives during the send."""
    signal.connect(receiver)
    signal.connect(after)

    async def clean_up() -> list[Outcome]:
        await cancelled_once()
        return await signal.send_robust_async(None)

    first, second = await asyncio.create_task(clean_up())
    assert isinstance(first.error, asyncio.CancelledError)
    assert second.value == "after"


@pytest.mark.parametrize("seen_before", [False, True])
async def test_a_request_that_has_not_arrived_yet_ends_a_robust_send(signal: AnySignal, seen_before: bool) -> None:
    """Even if the task was asked before the send began, or was cancelled earlier too."""
    calls = list[str]()

    async def waiting(sender: object, **extra: object) -> None:
        calls.append("waiting")
        await asyncio.sleep(0)
        calls.append("waited")

    signal.connect(waiting)
    signal.connect(after)

    async def cancelled() -> None:
        task = asyncio.current_task()
        assert task is not None
        if seen_before:
            await cancelled_once()
        task.cancel()
        await signal.send_robust_async(None)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(cancelled())
    assert calls == ["waiting"]


def kept_cancellation(signal: AnySignal) -> Callable[..., Any]:
    """Connect a receiver that raises trio's error outside of the scope that was cancelled."""

    async def keeping(sender: object, **extra: object) -> None:
        with trio.CancelScope() as scope:
            scope.cancel()
            try:
                await trio.lowlevel.checkpoint()
            except trio.Cancelled as error:
                kept = error
        raise kept

    signal.connect(keeping)
    signal.connect(after)
    return keeping


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_on_trio_a_robust_send_calls_the_others(signal: AnySignal) -> None:
    """A receiver that raises the error outside of its scope has failed, and nothing else is cancelled."""
    receiver = kept_cancellation(signal)
    first, second = await signal.send_robust_async(None)
    assert isinstance(first.error, trio.Cancelled)
    assert second.value == "after"
    signal.disconnect(receiver)


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_on_trio_a_concurrent_send_raises_it_in_a_group(signal: AnySignal) -> None:
    """The send does not end as if all receivers had returned something."""
    receiver = kept_cancellation(signal)
    with pytest.raises(BaseExceptionGroup) as caught:
        await signal.send_concurrent(None)
    assert [type(error) for error in caught.value.exceptions] == [trio.Cancelled]
    signal.disconnect(receiver)


@pytest.mark.parametrize("anyio_backend", ["trio"])
@every_way
async def test_on_trio_a_cancelled_scope_ends_the_send(signal: AnySignal, way: Any) -> None:
    """It belongs to the sender, not to the receiver."""

    async def waiting(sender: object, **extra: object) -> None:
        scope.cancel()
        await trio.lowlevel.checkpoint()

    signal.connect(waiting)
    with trio.CancelScope() as scope:
        await way(signal)
    assert scope.cancelled_caught


async def test_a_receiver_may_limit_its_own_time(signal: AnySignal) -> None:
    """What its scopes catch is not seen outside."""

    async def limited(sender: object, **extra: object) -> str:
        with anyio.move_on_after(0):
            await asyncio.sleep(3600)
        return "moved on"

    signal.connect(limited)
    signal.connect(after)
    assert await signal.send_concurrent(None) == [(limited, "moved on"), (after, "after")]
    assert [outcome.value for outcome in await signal.send_robust_async(None)] == ["moved on", "after"]


async def test_a_plain_robust_send_takes_any_cancellation_for_a_failure(signal: AnySignal) -> None:
    """Nothing is awaited in it, so none can be the sender's. Futures of threads raise another error."""

    def of_a_thread(sender: object, **extra: object) -> None:
        future: concurrent.futures.Future[None] = concurrent.futures.Future()
        future.cancel()
        future.result()

    signal.connect(raising_inline)
    signal.connect(of_a_thread)
    signal.connect(plain := lambda sender, **extra: "after")
    errors = [type(outcome.error) for outcome in signal.send_robust(None)]
    assert errors == [asyncio.CancelledError, concurrent.futures.CancelledError, type(None)]
    signal.disconnect(plain)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
async def test_what_ends_a_program_ends_every_send(signal: AnySignal, error: type[BaseException]) -> None:
    """It is not the receiver's failure."""

    def ending(sender: object, **extra: object) -> None:
        raise error

    signal.connect(ending)
    with pytest.raises(error):
        signal.send_robust(None)
    with pytest.raises(error):
        await signal.send_robust_async(None)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_program_ends_the_event_loop_of_a_concurrent_send(
    signal: AnySignal, error: type[BaseException]
) -> None:
    """As if any other task raised it."""

    async def ending(sender: object, **extra: object) -> None:
        raise error

    signal.connect(ending)
    with pytest.raises(error):
        asyncio.run(signal.send_concurrent(None))
