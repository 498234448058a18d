"""Streams: tasks take what a signal sends one by one, on both event loops."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any, Literal

import anyio
import anyio.lowlevel
import pytest

from tests.listening import in_thread
from typedsignals import (
    ANY,
    EventLoopError,
    Payload,
    SenderError,
    Signal,
    Stream,
    StreamClosedError,
    StreamFullError,
    TypedSignalsError,
)


class Shop: ...


class OrderPlaced(Payload):
    order_id: int


order_placed = Signal(OrderPlaced, sender=Shop, name="order-placed")
closed = Signal(name="closed")
bern, dublin = Shop(), Shop()

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    """A stream that has ended no longer watches, however it ended."""
    yield
    assert not order_placed.has_receivers_for(ANY)
    assert not closed.has_receivers_for(ANY)


def send(*order_ids: int) -> None:
    for order_id in order_ids:
        order_placed.send(bern, order_id=order_id)


async def taken(events: Stream[OrderPlaced, Shop], number: int) -> list[int]:
    """Return the order ids of the next events."""
    return [(await anext(events))[1].order_id for _ in range(number)]


async def test_a_stream_gives_what_is_sent_inside_its_block() -> None:
    """In order, whether events are taken meanwhile or later."""
    send(1)
    async with order_placed.stream() as events:
        send(2, 3)
        assert await anext(events) == (bern, OrderPlaced(order_id=2))
        send(4)
        found = []
        async for sender, payload in events:
            found.append((sender, payload.order_id))
            if payload.order_id == 4:
                break
    assert found == [(bern, 3), (bern, 4)]
    assert events.dropped == 0


async def test_a_stream_of_a_signal_without_payload_gives_keywords() -> None:
    """As a dictionary."""
    async with closed.stream() as events:
        closed.send(None, reason="fire")
        assert await anext(events) == (None, {"reason": "fire"})


async def test_a_stream_may_be_of_one_sender() -> None:
    """Sends by other senders are not in it."""
    async with order_placed.stream(bern) as events:
        order_placed.send(dublin, order_id=1)
        send(2)
        assert await taken(events, 1) == [2]


async def test_a_task_waits_until_something_is_sent() -> None:
    """By another task, or by another thread, which is not blocked: it ends while the event loop does nothing."""
    async with order_placed.stream() as events, anyio.create_task_group() as tasks:
        found: list[int] = []

        async def take() -> None:
            found.extend(await taken(events, 2))

        tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        send(1)
        await anyio.wait_all_tasks_blocked()
        assert found == []
        in_thread(lambda: send(2))
    assert found == [1, 2]


def test_a_task_that_is_being_woken_is_not_woken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is sent before it runs: an event loop has more to do."""

    async def main() -> tuple[list[int], int]:
        loop, wakes = asyncio.get_running_loop(), list[object]()
        call_soon = loop.call_soon_threadsafe

        def count(*arguments: Any, **options: Any) -> Any:
            wakes.append(arguments)
            return call_soon(*arguments, **options)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        async with order_placed.stream() as events:
            taking = asyncio.create_task(taken(events, 3))
            for _ in range(5):
                await asyncio.sleep(0)
            for number in (1, 2, 3):
                send(number)
            return await taking, len(wakes)

    assert asyncio.run(main()) == ([1, 2, 3], 1)


async def test_several_threads_may_send_at_once() -> None:
    """Nothing is lost, and what one thread sends stays in order."""
    threads, each = 4, 50

    def send_all(first: int) -> None:
        send(*range(first, first + each))

    async with order_placed.stream(max_buffer=threads * each) as events, anyio.create_task_group() as tasks:
        for number in range(threads):
            tasks.start_soon(anyio.to_thread.run_sync, send_all, number * each)
        found = await taken(events, threads * each)
    assert sorted(found) == list(range(threads * each))
    for number in range(threads):
        own = [order_id for order_id in found if order_id // each == number]
        assert own == sorted(own)


async def test_several_tasks_may_take_from_one_stream() -> None:
    """Each event goes to one of them."""
    found: list[int] = []
    async with order_placed.stream() as events, anyio.create_task_group() as tasks:

        async def take() -> None:
            found.extend(await taken(events, 1))

        for _ in range(3):
            tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        send(1, 2, 3)
    assert sorted(found) == [1, 2, 3]


async def test_a_task_that_gives_up_loses_nothing() -> None:
    """Later events stay in the stream, and the stream forgets the task."""
    async with order_placed.stream() as events:
        for _ in range(3):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(anext, events)
                await anyio.wait_all_tasks_blocked()
                assert len(events._alarms) == 1
                tasks.cancel_scope.cancel()
        assert not events._alarms
        send(1)
        with anyio.CancelScope() as scope:
            scope.cancel()
            await anext(events)
        assert await taken(events, 1) == [1]


async def test_taking_from_a_stream_lets_others_run() -> None:
    """Even when there is always something to take."""
    turns = 0
    async with order_placed.stream() as events, anyio.create_task_group() as tasks:

        async def count() -> None:
            nonlocal turns
            while turns < 3:
                turns += 1
                await anyio.lowlevel.checkpoint()

        tasks.start_soon(count)
        while turns < 3:
            send(1)
            await anext(events)


async def test_a_send_by_a_finalizer_does_not_block_a_stream() -> None:
    """It may run at any point, even while the stream stores another event."""

    class Restless:
        def __del__(self) -> None:
            send(2)

    class Sender(Shop):
        def __init__(self) -> None:
            self.cycle, self.restless = self, Restless()

    class Collecting(list[Any]):
        """Runs the garbage collector when an event is appended."""

        def append(self, item: Any) -> None:
            super().append(item)
            gc.collect()

        def popleft(self) -> Any:
            return self.pop(0)

    async with order_placed.stream() as events:
        events._events = Collecting()  # type: ignore[assignment]  # a finalizer runs when we choose
        Sender()
        send(1)
        assert sorted(await taken(events, 2)) == [1, 2]


# When it is full


@pytest.mark.parametrize(("when_full", "kept"), [("drop_oldest", [3, 4]), ("drop_newest", [1, 2])])
async def test_a_full_stream_may_drop_events(when_full: Literal["drop_oldest", "drop_newest"], kept: list[int]) -> None:
    """The newest event replaces the oldest, or is lost itself."""
    async with order_placed.stream(max_buffer=2, when_full=when_full) as events:
        send(1, 2, 3, 4)
        assert events.dropped == 2
        assert await taken(events, 2) == kept
        send(5)
        assert await taken(events, 1) == [5]


async def test_a_full_stream_raises_after_what_it_has() -> None:
    """By default; senders are not disturbed, and nothing follows the gap."""
    async with order_placed.stream(max_buffer=2) as events:
        send(1, 2, 3)
        assert await taken(events, 1) == [1]
        send(4)
        assert await taken(events, 1) == [2]
        for _ in range(2):
            with pytest.raises(StreamFullError) as error:
                await anext(events)
    assert str(error.value) == (
        "the stream of <Signal 'order-placed'> was full, and later events are lost; take events faster, "
        "set max_buffer= to more than 2, or choose which events to lose with when_full="
    )
    assert error.value.signal is order_placed


# Misuse


async def test_a_stream_is_closed_after_its_block() -> None:
    """The events that it still had are gone, and it stores no more."""
    async with order_placed.stream() as events:
        send(1)
    assert not events._events
    events.receive(bern, OrderPlaced(order_id=2))
    with pytest.raises(StreamClosedError) as error:
        await anext(events)
    assert str(error.value) == (
        "the stream of <Signal 'order-placed'> is closed; take its events inside the `async with` block"
    )
    assert isinstance(error.value, TypedSignalsError)
    assert error.value.signal is order_placed


async def test_a_stream_whose_end_was_interrupted_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it for ever."""

    def interrupted(events: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Stream, "close", interrupted)
    with pytest.raises(ZeroDivisionError):
        async with order_placed.stream() as events:
            pass
    with pytest.raises(StreamClosedError):
        await anext(events)


async def test_closing_a_stream_fails_the_tasks_that_wait_for_it() -> None:
    """Otherwise they would wait forever."""
    errors: list[StreamClosedError] = []
    async with anyio.create_task_group() as tasks, order_placed.stream() as events:

        async def take() -> None:
            with pytest.raises(StreamClosedError) as error:
                await anext(events)
            errors.append(error.value)

        tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
    assert len(errors) == 1


async def test_a_block_that_fails_closes_its_stream() -> None:
    """And fails with its own error."""
    with pytest.raises(ZeroDivisionError):
        async with order_placed.stream():
            1 / 0  # noqa: B018 - it raises


async def test_a_stream_may_have_room_for_one_event() -> None:
    """Taken before the next is sent, it is not lost."""
    async with order_placed.stream(max_buffer=1) as events:
        for number in range(2):
            send(number)
            assert await taken(events, 1) == [number]


def test_a_stream_needs_room() -> None:
    """Without room, it would lose everything."""
    for size in (0, -1):
        with pytest.raises(ValueError, match="max_buffer") as error:
            order_placed.stream(max_buffer=size)
        assert str(error.value) == (
            f"max_buffer= of a stream of <Signal 'order-placed'> must be at least 1, not {size}"
        )


def test_a_stream_has_three_policies() -> None:
    """Any other is refused."""
    with pytest.raises(ValueError, match="when_full") as error:
        order_placed.stream(when_full="block")  # type: ignore[arg-type]
    assert str(error.value) == (
        "when_full= of a stream of <Signal 'order-placed'> must be 'drop_oldest', 'drop_newest' or 'raise', not 'block'"
    )


def test_a_stream_of_a_sender_that_cannot_send_is_refused() -> None:
    """It would stay empty."""
    with pytest.raises(SenderError) as error:
        order_placed.stream("Bern")  # type: ignore[arg-type]
    assert str(error.value) == (
        "the sender of <Signal 'order-placed'> must be of type Shop, got str; "
        "pass one of that type, or ANY for all senders"
    )


def test_a_stream_outside_an_event_loop_is_refused() -> None:
    """No task could take from it."""
    with pytest.raises(EventLoopError) as error:
        order_placed.stream().__aenter__().__await__().__next__()
    assert str(error.value) == (
        "stream() of <Signal 'order-placed'> needs an event loop, and none is running in this thread; "
        "start one with asyncio.run() or trio.run(), or call wait_sync()"
    )
