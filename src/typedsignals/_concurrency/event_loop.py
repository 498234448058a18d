"""The event loop of the current thread, asyncio's or trio's, and waking its tasks from other threads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from .._exceptions import EventLoopError

if TYPE_CHECKING:
    from .._signal import Signal

CallSoon = Callable[[Callable[[], object]], object]


class EventLoop(NamedTuple):
    """What all threads may do with an event loop.

    Attributes:
        call_soon: Have something called soon in it. anyio can do it only so that the other thread waits until it is
            done: if that thread is what the loop waits for, neither goes on.
        is_closed: Whether none of its tasks can ever go on.
        kept: What it keeps alive for as long as it lives itself; None if it needs no help to keep its tasks.
    """

    call_soon: CallSoon
    is_closed: Callable[[], bool]
    kept: set[object] | None


def running_loop() -> EventLoop | None:
    """The event loop that is running in this thread; None if there is none."""
    return _found("trio", _loop_of_trio) or _found("asyncio", _loop_of_asyncio)


def _found(library: str, loop_of: Callable[[Any], EventLoop]) -> EventLoop | None:
    # What has not been imported is not running, and need not be.
    module = sys.modules.get(library)
    if module is None:
        return None
    try:
        return loop_of(module)
    except (RuntimeError, AttributeError):
        # It is not running in this thread; another one may even be about to import it.
        return None


def _loop_of_trio(trio: Any) -> EventLoop:
    # Alone, the token would also be found in a task of asyncio, where that is trio's host.
    trio.lowlevel.current_task()
    # It keeps its tasks alive, and ends them all before it ends.
    return EventLoop(trio.lowlevel.current_trio_token().run_sync_soon, _never, None)


def _never() -> bool:
    return False


def _loop_of_asyncio(asyncio: Any) -> EventLoop:
    loop = asyncio.get_running_loop()
    # An attribute of the loop: what it keeps refers to it, so that anything else would keep both of them for ever.
    kept = getattr(loop, "__dict__", {}).setdefault("_kept_by_typedsignals", set())
    return EventLoop(loop.call_soon_threadsafe, loop.is_closed, kept)


def loop_for(signal: Signal[Any, Any, Any], method: str, alternative: str) -> EventLoop:
    """The running event loop, which wakes the tasks that wait.

    Raises:
        EventLoopError: No event loop is running in this thread.
    """
    loop = running_loop()
    if loop is None:
        raise EventLoopError(
            f"{method}() of {signal!r} needs an event loop, and none is running in this thread; "
            f"start one with asyncio.run() or trio.run(), or {alternative}",
            signal=signal,
        )
    return loop


def check_outside_loop(signal: Signal[Any, Any, Any], method: str, alternative: str) -> None:
    """Refuse to block an event loop.

    Raises:
        EventLoopError: An event loop is running in this thread.
    """
    if running_loop() is not None:
        raise EventLoopError(
            f"{method}() of {signal!r} would block the event loop that is running in this thread; {alternative}",
            signal=signal,
        )


class Alarm:
    """Wakes the task that waits for it; it may ring in any thread, and often.

    Attributes:
        has_rung: Whether the task is to wake.
    """

    def __init__(self) -> None:
        from .anyio import anyio  # noqa: PLC0415 - an extra, needed by those only who wait

        loop = running_loop()
        assert loop is not None  # whoever waits checks it first
        self._call_soon = loop.call_soon
        self._event = anyio.Event()
        self.has_rung = False

    async def wait(self) -> None:
        """Return once it has rung."""
        await self._event.wait()

    def ring(self) -> None:
        """Wake who waits, without waiting for it."""
        with suppress(RuntimeError):  # The loop has ended, and who waited with it.
            self._call_soon(self._event.set)
        self.has_rung = True


def is_cancellation(error: BaseException) -> bool:
    """Whether it is asyncio's error for what has been cancelled; trio's belongs to the scope that was cancelled."""
    asyncio: Any = sys.modules.get("asyncio")
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def is_own_cancellation(error: BaseException) -> bool:
    """Whether it says that something which a receiver awaited was cancelled, and not the task that sends.

    asyncio raises the same error for both, but counts the requests to cancel a task.
    """
    if not is_cancellation(error):
        return False
    import asyncio  # noqa: PLC0415 - it has been imported, as its error was raised

    try:
        task = asyncio.current_task()
    except RuntimeError:  # the loop is trio's
        return True
    return task is None or not task.cancelling()
