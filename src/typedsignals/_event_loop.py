"""The event loop of the current thread, asyncio's or trio's, and waking its tasks from other threads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._exceptions import EventLoopError

if TYPE_CHECKING:
    from ._signal import Signal

CallSoon = Callable[[Callable[[], object]], object]


def call_soon() -> CallSoon | None:
    """How any thread has something called soon in the event loop of this one; None if none is running here.

    anyio can do it only so that the other thread waits until it is done: if that thread is what the loop waits for,
    neither goes on.
    """
    return _found("trio", _call_soon_of_trio) or _found("asyncio", _call_soon_of_asyncio)


def _found(library: str, call_soon_of: Callable[[Any], CallSoon]) -> CallSoon | None:
    # What has not been imported is not running, and need not be.
    module = sys.modules.get(library)
    if module is None:
        return None
    try:
        return call_soon_of(module)
    except (RuntimeError, AttributeError):
        # It is not running in this thread; another one may even be about to import it.
        return None


def _call_soon_of_trio(trio: Any) -> CallSoon:
    # Alone, the token would also be found in a task of asyncio, where that is trio's host.
    trio.lowlevel.current_task()
    call_soon: CallSoon = trio.lowlevel.current_trio_token().run_sync_soon
    return call_soon


def _call_soon_of_asyncio(asyncio: Any) -> CallSoon:
    call_soon: CallSoon = asyncio.get_running_loop().call_soon_threadsafe
    return call_soon


def check_inside_loop(signal: Signal[Any, Any, Any], method: str, alternative: str) -> None:
    """Refuse to go on where nothing could ever wake this up.

    Raises:
        EventLoopError: No event loop is running in this thread.
    """
    if call_soon() is None:
        raise EventLoopError(
            f"{method}() of {signal!r} needs an event loop, and none is running in this thread; "
            f"start one with asyncio.run() or trio.run(), or {alternative}",
            signal=signal,
        )


def check_outside_loop(signal: Signal[Any, Any, Any], method: str, alternative: str) -> None:
    """Refuse to block an event loop.

    Raises:
        EventLoopError: An event loop is running in this thread.
    """
    if call_soon() is not None:
        raise EventLoopError(
            f"{method}() of {signal!r} would block the event loop that is running in this thread; {alternative}",
            signal=signal,
        )


class Alarm:
    """Wakes the task that waits for it; it may ring in any thread, and often."""

    def __init__(self) -> None:
        from ._anyio import anyio  # noqa: PLC0415 - an extra, needed by those only who wait

        soon = call_soon()
        assert soon is not None  # whoever waits checks it first
        self._call_soon = soon
        self._event = anyio.Event()

    async def wait(self) -> None:
        """Return once it has rung."""
        await self._event.wait()

    def ring(self) -> None:
        """Wake who waits, without waiting for it."""
        try:
            self._call_soon(self._event.set)
        except RuntimeError:
            # The loop has ended, and who waited with it.
            return


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
