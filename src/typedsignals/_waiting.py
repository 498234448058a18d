"""Waiting until a signal is sent, in a task or in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ._event_loop import Alarm, check_inside_loop, check_outside_loop
from ._exceptions import PredicateError, WaitTimeoutError
from ._identity import ANY
from ._interrupts import lasting
from ._matching import Matcher, Predicate

if TYPE_CHECKING:
    from ._signal import Signal

Event = tuple[Any, Any]
"""A sender and a payload."""


async def wait(signal: Signal[Any, Any, Any], sender: object, where: Predicate | None, timeout: float | None) -> Event:  # noqa: ASYNC109 - its error says what arrived
    """The next send that is asked for; see `Signal.wait`."""
    from ._anyio import anyio  # noqa: PLC0415 - an extra, needed by those only who wait

    check_inside_loop(signal, "wait", "call wait_sync()")
    alarm = Alarm()
    with _Arrivals(signal, sender, where, timeout, alarm.ring).awaited() as arrivals:
        with anyio.move_on_after(timeout):
            await alarm.wait()
        return arrivals.first()


def wait_sync(signal: Signal[Any, Any, Any], sender: object, where: Predicate | None, timeout: float | None) -> Event:
    """The next send that is asked for; see `Signal.wait_sync`."""
    check_outside_loop(signal, "wait_sync", "await wait()")
    alarm = threading.Event()
    with _Arrivals(signal, sender, where, timeout, alarm.set).awaited() as arrivals:
        alarm.wait(timeout)
        return arrivals.first()


class _Arrivals:
    """What arrives while somebody waits, in whichever thread it is sent."""

    def __init__(
        self,
        signal: Signal[Any, Any, Any],
        sender: object,
        where: Predicate | None,
        timeout: float | None,
        wake: Callable[[], object],
    ) -> None:
        self._signal = signal
        self._sender = signal._senders.accept_or_any(sender)
        self._matcher = Matcher(self._sender, where)
        self._timeout = timeout
        self._wake = wake
        self._outcomes: list[Event | PredicateError] = []

    @lasting
    def awaited(self) -> Iterator[_Arrivals]:
        # Who may give up is told what came from other senders; who does not, is spared it.
        with listening(self._signal, self._receive, self._sender if self._timeout is None else ANY):
            yield self

    def first(self) -> Event:
        """What was asked for.

        Raises:
            WaitTimeoutError: It did not arrive.
            PredicateError: The predicate raised.
        """
        if not self._outcomes:
            raise WaitTimeoutError(
                f"{self._signal!r} did not send what was waited for within {self._timeout:g} seconds; "
                f"sent meanwhile: {self._matcher.differences() or 'nothing'}",
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
            # It is for who waits, not for who sends.
            self._outcomes.append(error)
        self._wake()


@lasting
def listening(signal: Signal[Any, Any, Any], receive: Callable[[Any, Any], None], sender: object) -> Iterator[None]:
    """Call a function with each sender and payload; for a signal without payload, with the keywords."""
    if signal.payload_type is None:
        with signal.connected_to(lambda sender, /, **fields: receive(sender, fields), sender):
            yield
    else:
        with signal.connected_to(receive, sender, as_payload=True):
            yield
