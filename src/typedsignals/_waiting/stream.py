"""Streams: a task takes what a signal sends, one event after the other, at its own pace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel
from typing_extensions import TypeVar

from .._concurrency.event_loop import Alarm, loop_for
from .._concurrency.interrupts import lasting_async
from .._concurrency.serialised import lock
from .._exceptions import StreamClosedError, StreamFullError

if TYPE_CHECKING:
    from .._signal import Signal

PayloadT = TypeVar("PayloadT", bound=BaseModel)
SenderT = TypeVar("SenderT", default=Any)

WhenFull: TypeAlias = Literal["drop_oldest", "drop_newest", "raise"]
"""What happens to an event that is sent when the stream is full."""


class Stream(Generic[PayloadT, SenderT]):
    """Iterates asynchronously over what a signal sends inside an ``async with`` block; made by `Signal.stream`.

    Several tasks may take events from one stream; each event goes to one of them.

    Attributes:
        dropped: How many events were lost because the stream was full.
        is_closed: Whether the block has ended.
    """

    def __init__(self, signal: Signal[PayloadT, SenderT, ...], max_buffer: int, when_full: WhenFull) -> None:
        self.dropped: int = 0
        self._signal = signal
        self._max_buffer = max_buffer
        self._room = max_buffer
        """How many events it may hold: none once an event was lost and it must raise, as nothing may follow the gap."""
        self._when_full = when_full
        self.is_closed: bool = False
        self._events: deque[tuple[SenderT, PayloadT]] = deque()
        self._alarms: set[Alarm] = set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[SenderT, PayloadT]:
        """Return the next event, in the order in which they were sent.

        Raises:
            StreamFullError: An event was lost, with ``when_full="raise"``; those sent before it have been taken.
            StreamClosedError: The block that opened the stream has ended.
        """
        from .._concurrency.anyio import anyio  # noqa: PLC0415 - an extra, needed only for waiting

        # Even if there are events, so that the task that takes them cannot keep others from running.
        await anyio.lowlevel.checkpoint()
        while True:
            alarm = None
            try:
                with lock:
                    event = self._take()
                    if event is not None:
                        return event
                    alarm = Alarm()
                    self._alarms.add(alarm)
                await alarm.wait()
            finally:
                self._dismiss(alarm)

    def _dismiss(self, alarm: Alarm | None) -> None:
        if alarm is not None:
            with lock:
                self._alarms.discard(alarm)

    def _take(self) -> tuple[SenderT, PayloadT] | None:
        if self.is_closed:
            raise StreamClosedError(
                f"the stream of {self._signal!r} is closed; take its events inside the `async with` block",
                signal=self._signal,
            )
        if self._events:
            return self._events.popleft()
        if not self._room:
            raise StreamFullError(
                f"the stream of {self._signal!r} was full, and later events are lost; take events faster, "
                f"set max_buffer= to more than {self._max_buffer}, or choose which events to lose with when_full=",
                signal=self._signal,
            )
        return None

    def receive(self, sender: SenderT, payload: PayloadT) -> None:
        """Store an event; called in the thread that sends it."""
        try:
            with lock:
                if len(self._events) < self._room or self._has_made_room():
                    self._events.append((sender, payload))
            if self._alarms:
                self._wake_all()
        except BaseException:
            # An interrupt must not leave tasks asleep for which an event has arrived.
            self._wake_all()
            raise

    def _has_made_room(self) -> bool:
        """Count a lost event; return whether it was the oldest, which makes room for the new one."""
        self.dropped += 1
        if self._when_full == "drop_oldest":
            self._events.popleft()
            return True
        if self._when_full == "raise":
            self._room = 0
        return False

    def close(self) -> None:
        """Drop all events, and wake the tasks that wait for one, so that they fail."""
        with lock:
            self.is_closed = True
            self._events.clear()
        self._wake_all()

    def _wake_all(self) -> None:
        with lock:
            alarms = [alarm for alarm in self._alarms if not alarm.has_rung]
        # Without the lock, because event loops have locks of their own.
        for alarm in alarms:
            alarm.ring()


def stream(
    signal: Signal[PayloadT, SenderT, ...], sender: Any, max_buffer: int, when_full: WhenFull
) -> AbstractAsyncContextManager[Stream[PayloadT, SenderT]]:
    """Open a stream; see `Signal.stream`."""
    if max_buffer < 1:
        raise ValueError(f"max_buffer= of a stream of {signal!r} must be at least 1, not {max_buffer}")
    if when_full not in get_args(WhenFull):
        raise ValueError(
            f"when_full= of a stream of {signal!r} must be 'drop_oldest', 'drop_newest' or 'raise', not {when_full!r}"
        )
    return _opened(signal, signal._accepted(sender), max_buffer=max_buffer, when_full=when_full)


@lasting_async
def _opened(
    signal: Signal[PayloadT, SenderT, ...], sender: object, *, max_buffer: int, when_full: WhenFull
) -> Iterator[Stream[PayloadT, SenderT]]:
    loop = loop_for(signal, "stream", "call wait_sync()")
    events = Stream(signal, max_buffer, when_full)
    with signal._watched(events.receive, sender, loop):
        try:
            yield events
        finally:
            events.is_closed = True
            events.close()
