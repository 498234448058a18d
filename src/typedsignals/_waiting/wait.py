"""Wait until a signal is sent, in a task or in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .._concurrency.event_loop import Alarm, EventLoop, check_outside_loop, loop_for
from .._concurrency.interrupts import lasting
from .._exceptions import PredicateError, WaitTimeoutError
from .._identity import ANY
from .matcher import Matcher, Predicate

if TYPE_CHECKING:
    from .._signal import Signal

Event = tuple[Any, Any]
"""A sender and a payload."""


async def wait(signal: Signal[Any, Any, Any], sender: object, where: Predicate | None, timeout: float | None) -> Event:  # noqa: ASYNC109 - its error says what was sent
    """Wait for the next send that matches; see `Signal.wait`."""
    from .._concurrency.anyio import anyio  # noqa: PLC0415 - an extra, needed only for waiting

    loop = loop_for(signal, "wait", "call wait_sync()")
    alarm = Alarm()
    with _Arrivals(signal, sender, where, timeout, alarm.ring).collecting(loop) as arrivals:
        # A scope only if it is needed: anyio keeps those that a closed loop leaves open, with their tasks.
        with nullcontext() if timeout is None else anyio.move_on_after(timeout):
            await alarm.wait()
        return arrivals.first()


def wait_sync(signal: Signal[Any, Any, Any], sender: object, where: Predicate | None, timeout: float | None) -> Event:
    """Wait for the next send that matches; see `Signal.wait_sync`."""
    check_outside_loop(signal, "wait_sync", "await wait()")
    # A lock, held until a send releases it. A threading.Event has a lock inside: a finalizer that sends would deadlock
    # on it if it interrupts this thread while it holds that lock, and a fork could leave it held.
    alarm = threading.Lock()
    alarm.acquire()
    with _Arrivals(signal, sender, where, timeout, partial(_release, alarm)).collecting(None) as arrivals:
        alarm.acquire(timeout=-1 if timeout is None else timeout)
        return arrivals.first()


def _release(alarm: threading.Lock) -> None:
    with suppress(RuntimeError):  # another thread, which sent at the same time, has released it
        alarm.release()


class _Arrivals:
    """Collects what is sent, in any thread, while a task or thread waits for it."""

    def __init__(
        self,
        signal: Signal[Any, Any, Any],
        sender: object,
        where: Predicate | None,
        timeout: float | None,
        wake: Callable[[], object],
    ) -> None:
        self._signal = signal
        self._sender = signal._accepted(sender)
        self._matcher = Matcher(self._sender, where)
        self._timeout = timeout
        self._wake = wake
        # Sends by other senders matter only to the message about a timeout: without one, they are not watched.
        self._sees_others = timeout is not None and signal._hears_all
        self._outcomes: list[Event | PredicateError] = []

    @lasting
    def collecting(self, loop: EventLoop | None) -> Iterator[_Arrivals]:
        with self._signal._watched(self._receive, self._sender, loop, others=self._sees_others):
            yield self

    def first(self) -> Event:
        """Return the first send that matched.

        Raises:
            WaitTimeoutError: None did.
            PredicateError: The predicate raised.
        """
        if not self._outcomes:
            nothing = "nothing" if self._sees_others or self._sender is ANY else "nothing by this sender"
            raise WaitTimeoutError(
                f"{self._signal!r} sent no matching event within {self._timeout:g} seconds; "
                f"sent meanwhile: {self._matcher.differences() or nothing}",
                signal=self._signal,
                sender=self._sender,
            )
        outcome = self._outcomes[0]
        if isinstance(outcome, PredicateError):
            raise outcome
        return outcome

    def _receive(self, sender: object, payload: object) -> None:
        if self._outcomes:
            return
        try:
            if not self._matcher.matches(self._signal, sender, payload):
                return
            self._outcomes.append((sender, payload))
        except PredicateError as error:
            # The code that waits must get it, not the code that sends.
            self._outcomes.append(error)
        self._wake()
