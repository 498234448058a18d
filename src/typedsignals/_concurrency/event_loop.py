"""Find the event loop of the current thread, asyncio's or trio's, and wake its tasks from other threads."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._exceptions import EventLoopError

if TYPE_CHECKING:
    from .._signal import Signal

T = TypeVar("T")
CallSoon = Callable[[Callable[[], object]], object]


class EventLoop(NamedTuple):
    """The parts of an event loop that any thread may use.

    Attributes:
        call_soon: Makes the loop call a function soon. anyio's own way blocks the calling thread until the function has
            run: if the loop is waiting for that thread, neither continues.
        is_closed: Tells whether none of its tasks can ever continue.
        kept: A set of objects that live as long as the loop; None if it keeps its tasks alive without help.
    """

    call_soon: CallSoon
    is_closed: Callable[[], bool]
    kept: set[object] | None


def running_loop() -> EventLoop | None:
    """Return the event loop that is running in this thread; None if there is none."""
    return _found("trio", _loop_of_trio) or _found("asyncio", _loop_of_asyncio)


def running_task() -> object | None:
    """Return the task that is running in this thread; None if there is none."""
    return _found("trio", lambda trio: trio.lowlevel.current_task()) or _found(
        "asyncio", lambda asyncio: asyncio.current_task()
    )


def _found(library: str, look: Callable[[Any], T]) -> T | None:
    # A library that has not been imported is not running, and must not be imported just to find that out.
    module = sys.modules.get(library)
    if module is None:
        return None
    try:
        return look(module)
    except (RuntimeError, AttributeError):
        # It is not running in this thread. An AttributeError: another thread is still importing it.
        return None


def _loop_of_trio(trio: Any) -> EventLoop:
    # The token alone would also be found in an asyncio task, if asyncio is trio's host.
    trio.lowlevel.current_task()
    # trio keeps its tasks alive, and ends them all before it ends.
    return EventLoop(trio.lowlevel.current_trio_token().run_sync_soon, _never, None)


def _never() -> bool:
    return False


def _loop_of_asyncio(asyncio: Any) -> EventLoop:
    loop = asyncio.get_running_loop()
    # An attribute of the loop: the kept objects refer to the loop, so any other place would keep both alive for ever.
    kept = getattr(loop, "__dict__", {}).setdefault("_kept_by_typedsignals", set())
    return EventLoop(loop.call_soon_threadsafe, loop.is_closed, kept)


def loop_for(signal: Signal[Any, Any, Any], method: str, alternative: str) -> EventLoop:
    """Return the running event loop, or explain how to start one.

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
    """Wakes the task that waits for it; any thread may ring it, any number of times.

    Attributes:
        has_rung: Whether it has been rung.
    """

    def __init__(self) -> None:
        from .anyio import anyio  # noqa: PLC0415 - an extra, needed only for waiting

        loop = running_loop()
        assert loop is not None  # callers check it first
        self._call_soon = loop.call_soon
        self._event = anyio.Event()
        self.has_rung = False

    async def wait(self) -> None:
        """Return once it has been rung."""
        await self._event.wait()

    def ring(self) -> None:
        """Wake the task, without waiting for it to run."""
        with suppress(RuntimeError):  # the loop has ended, and the task with it
            self._call_soon(self._event.set)
        self.has_rung = True


def is_cancellation(error: BaseException) -> bool:
    """Whether it is asyncio's error for a cancellation; trio's belongs to the scope that was cancelled."""
    # If another thread is still importing asyncio, it may have no such attribute yet.
    return isinstance(error, getattr(sys.modules.get("asyncio"), "CancelledError", ()))


def is_cancellation_of_trio(error: BaseException) -> bool:
    """Whether it is trio's error for a cancellation, which can outlive its scope if somebody keeps it."""
    return isinstance(error, getattr(sys.modules.get("trio"), "Cancelled", ()))


def requests_to_cancel() -> int:
    """Return how many requests to cancel the running task have reached it, even if it goes on, to clean up."""
    task: Any = _found("asyncio", lambda asyncio: asyncio.current_task())
    # A request that has not reached it yet is counted by asyncio too.
    return 0 if task is None else task.cancelling() - getattr(task, "_must_cancel", False)


def is_own_cancellation(error: BaseException, earlier: int) -> bool:
    """Whether the error says that something that a receiver awaits was cancelled, and not the sending task itself.

    asyncio raises the same error for both, but counts the requests to cancel a task.

    Args:
        error: What a receiver raised.
        earlier: What `requests_to_cancel` was before the send.
    """
    if is_cancellation(error):
        return requests_to_cancel() <= earlier
    return is_cancellation_of_trio(error) and _found("trio", _deadline_in_trio) != -math.inf


def _deadline_in_trio(trio: Any) -> float:
    return trio.current_effective_deadline()  # type: ignore[no-any-return]
