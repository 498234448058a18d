"""Call the receivers of one send, whatever their kind: the loops that generated code falls back on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel

from .._concurrency.event_loop import is_cancellation, is_own_cancellation, requests_to_cancel
from .._connecting.watching import tell
from .._exceptions import AsyncReceiverError
from .._validating.rendering import carried
from .outcome import Outcome

if TYPE_CHECKING:
    from .._connecting.references import ReceiverRef
    from .._connecting.snapshot import Snapshot
    from .._connecting.table import ConnectionTable
    from .._signal import AnySignal

Receiver = Callable[..., Any]
Wrapper = Callable[[Receiver], Receiver]
Check = Callable[["ReceiverRef", Receiver, Any], Any]


class Delivery(NamedTuple):
    """What one send gives to its receivers.

    Attributes:
        sender: The sender.
        fields: The payload's fields; for a signal without a payload, the keywords of `send`.
        extra: The keywords beyond the fields, which only receivers with ``**extra`` get.
        payload: The payload object; None for a signal without a payload.
        check: Called with a connection, its receiver and what that returned; gives the result. None for a signal that
            takes any result.
    """

    sender: Any
    fields: dict[str, Any]
    extra: dict[str, Any]
    payload: BaseModel | None
    check: Check | None = None

    def to(self, ref: ReceiverRef, receiver: Receiver) -> Any:
        """Call the receiver on the terms of its connection."""
        terms = ref.terms  # read once, as another thread may change them meanwhile
        if terms.as_payload:
            return receiver(self.sender, carried(self))
        fields, shape = self.fields, terms.shape
        if shape.kept:
            fields = {name: value for name, value in fields.items() if name not in shape.kept}
        if not self.extra or not shape.takes_extra:
            return receiver(self.sender, **fields)
        extra = {name: value for name, value in self.extra.items() if name not in shape.taken}
        return receiver(self.sender, **fields, **extra)


def observed(snapshot: Snapshot, delivery: Delivery) -> Delivery:
    """Show a delivery to all observers, which may replace it, and to all watchers."""
    for observe in snapshot.observers:
        delivery = observe(delivery)
    if snapshot.watchers:
        tell(snapshot.watchers, delivery.sender, carried(delivery))
    return delivery


@contextmanager
def _steps(snapshot: Snapshot, delivery: Delivery) -> Iterator[None]:
    with ExitStack() as steps:
        for step in snapshot.steps:
            manager = step(delivery.sender, carried(delivery))
            manager.__enter__()
            # What it returns is dropped: a step cannot make a send succeed that has failed.
            steps.push(lambda *error, leave=manager.__exit__: leave(*error) and None)
        yield


_NO_STEPS: Final = nullcontext()


def steps_around(snapshot: Snapshot, delivery: Delivery) -> AbstractContextManager[None]:
    """Take the signal's steps around a block that calls its receivers."""
    return _steps(snapshot, delivery) if snapshot.steps else _NO_STEPS


def held(snapshot: Snapshot, delivery: Delivery, method: str, wrapper: Wrapper | None) -> list[Any]:
    """Leave a send to its queue, after showing it to all observers; return the results, of which there are none yet.

    Raises:
        HeldSendError: A queue, this one or one that it hands over to, could not deliver what is sent by this method.
    """
    for queue in snapshot.queues:
        queue.check(method)
    snapshot.queues[-1].keep(observed(snapshot, delivery), method, wrapper)
    return []


def turns(
    table: ConnectionTable, snapshot: Snapshot, *, can_await: bool = True
) -> Iterator[tuple[ReceiverRef, Receiver]]:
    """Give each connection and its receiver, if it is still connected and alive when its turn comes.

    A coroutine function that is connected with ``once=True`` stays connected if nothing can await it.
    """
    for ref in snapshot.refs:
        receiver = ref.receiver()
        if receiver is None or not ref.is_connected:
            continue
        ends = ref.terms.once and (can_await or not ref.terms.is_async)
        if not ends or table.claim(ref):
            yield ref, receiver


def follow(snapshot: Snapshot, delivery: Delivery) -> None:
    """Call the receivers of the namespace, after the signal's own; the first exception ends the send."""
    for ref, receiver in _followers(snapshot):
        delivery.to(ref, receiver)


def follow_robustly(signal: AnySignal, snapshot: Snapshot, delivery: Delivery) -> None:
    """Do the same, and log what they raise."""
    for ref, receiver in _followers(snapshot):
        try:
            delivery.to(ref, receiver)
        except BaseException as error:
            if not is_failure(error):
                raise
            log_failure(signal, ref, error)


def _followers(snapshot: Snapshot) -> Iterator[tuple[ReceiverRef, Receiver]]:
    """Give each receiver of the namespace that is still connected and alive, with its first argument: the signal."""
    if snapshot.followers is not None:
        signal, refs = snapshot.followers
        for ref in refs:
            receiver = ref.receiver()
            if receiver is not None and ref.is_connected:
                yield ref, partial(receiver, signal)


def call(
    signal: AnySignal,
    table: ConnectionTable,
    snapshot: Snapshot,
    delivery: Delivery,
    async_wrapper: Wrapper | None,
    method: str = "send",
) -> list[tuple[Receiver, Any]]:
    """Call all receivers; the first exception ends the send.

    Raises:
        AsyncReceiverError: A receiver is a coroutine function, and there is no wrapper to make it a plain one.
    """
    if snapshot.queues:
        return held(snapshot, delivery, method, async_wrapper)
    refuse_coroutines(signal, snapshot, async_wrapper, method)
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        if async_wrapper is None and delivery.check is None:
            results = [(receiver, delivery.to(ref, receiver)) for ref, receiver in turns(table, snapshot)]
        else:
            results = [
                (receiver, called(ref, receiver, delivery, async_wrapper)) for ref, receiver in turns(table, snapshot)
            ]
        follow(snapshot, delivery)
        return results


def refuse_coroutines(signal: AnySignal, snapshot: Snapshot, async_wrapper: Wrapper | None, method: str) -> None:
    """Refuse a send that cannot await one of its receivers, before any is called.

    Raises:
        AsyncReceiverError: A receiver is a coroutine function, and there is no wrapper to make it a plain one.
    """
    if async_wrapper is None:
        for ref in snapshot.refs:
            if ref.terms.is_async and ref.receiver() is not None:
                raise coroutine_error(signal, ref, method)


async def call_async(
    table: ConnectionTable,
    snapshot: Snapshot,
    delivery: Delivery,
    sync_wrapper: Wrapper | None,
    method: str = "send_async",
) -> list[tuple[Receiver, Any]]:
    """Call all receivers and await the coroutines that they return, one after the other."""
    if snapshot.queues:
        return held(snapshot, delivery, method, sync_wrapper)
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        results = [
            (receiver, await awaited(ref, receiver, delivery, sync_wrapper)) for ref, receiver in turns(table, snapshot)
        ]
        follow(snapshot, delivery)
        return results


def call_robust(
    signal: AnySignal, table: ConnectionTable, snapshot: Snapshot, delivery: Delivery, async_wrapper: Wrapper | None
) -> list[Outcome]:
    """Call all receivers, whatever they raise."""
    if snapshot.queues:
        return held(snapshot, delivery, "send_robust", async_wrapper)
    outcomes = []
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        for ref, receiver in turns(table, snapshot, can_await=async_wrapper is not None):
            try:
                if async_wrapper is None and ref.terms.is_async:
                    raise coroutine_error(signal, ref, "send_robust")
                outcome = Outcome(receiver, called(ref, receiver, delivery, async_wrapper))
            except BaseException as error:
                if not is_failure(error):
                    raise
                outcome = failed(signal, ref, receiver, error)
            outcomes.append(outcome)
        follow_robustly(signal, snapshot, delivery)
    return outcomes


def called(ref: ReceiverRef, receiver: Receiver, delivery: Delivery, async_wrapper: Wrapper | None) -> Any:
    """Call one receiver, a plain function or one that the wrapper makes plain, and give its result."""
    wrapped = receiver if async_wrapper is None or not ref.terms.is_async else async_wrapper(receiver)
    result = delivery.to(ref, wrapped)
    return result if delivery.check is None else delivery.check(ref, receiver, result)


async def call_robust_async(
    signal: AnySignal, table: ConnectionTable, snapshot: Snapshot, delivery: Delivery, sync_wrapper: Wrapper | None
) -> list[Outcome]:
    """Do the same as `call_robust`, and await the coroutines that receivers return."""
    if snapshot.queues:
        return held(snapshot, delivery, "send_robust_async", sync_wrapper)
    outcomes, earlier = [], requests_to_cancel()
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        for ref, receiver in turns(table, snapshot):
            try:
                outcome = Outcome(receiver, await awaited(ref, receiver, delivery, sync_wrapper))
            except BaseException as error:
                if not (isinstance(error, Exception) or is_own_cancellation(error, earlier)):
                    raise
                outcome = failed(signal, ref, receiver, error)
            outcomes.append(outcome)
        follow_robustly(signal, snapshot, delivery)
    return outcomes


async def awaited(ref: ReceiverRef, receiver: Receiver, delivery: Delivery, sync_wrapper: Wrapper | None) -> Any:
    """Call one receiver, await the coroutine that it returns, and give its result."""
    if ref.terms.is_async or sync_wrapper is None:
        result = await settled(ref, delivery.to(ref, receiver))
    else:
        result = await delivery.to(ref, sync_wrapper(receiver))
    return result if delivery.check is None else delivery.check(ref, receiver, result)


def must_be_awaited(ref: ReceiverRef, value: object) -> bool:
    """Whether to await what a receiver returned.

    Plain functions that wrap coroutine functions return coroutines too. Tasks and futures are results: they run by
    themselves, and the code that made them may want them.
    """
    return ref.terms.is_async or (value is not None and isinstance(value, Coroutine))


async def settled(ref: ReceiverRef, value: Any) -> Any:
    """Give the result of a receiver, given what it returned."""
    return await value if must_be_awaited(ref, value) else value


def is_failure(error: BaseException) -> bool:
    """Whether a receiver that raised this has failed, as opposed to ending the program.

    Nothing was awaited, so a cancellation cannot be that of the task that sends.
    """
    return isinstance(error, Exception) or is_cancellation(error)


def failed(signal: AnySignal, ref: ReceiverRef, receiver: Receiver, error: BaseException) -> Outcome:
    """Log what a receiver raised, and make its outcome."""
    log_failure(signal, ref, error)
    return Outcome(receiver, error=error)


def log_failure(signal: AnySignal, ref: ReceiverRef, error: BaseException) -> None:
    """Log what a receiver raised in a robust send."""
    import logging  # noqa: PLC0415 - not needed to import this package

    logger = logging.getLogger("typedsignals")
    logger.error("%s of %r raised %s", ref.terms.label, signal, type(error).__name__, exc_info=error)


def coroutine_error(signal: AnySignal, ref: ReceiverRef, method: str) -> AsyncReceiverError:
    """Make the error of a method that cannot await the receiver."""
    return AsyncReceiverError(
        f"{ref.terms.label} of {signal!r} is a coroutine function, which {method} cannot await; "
        f"use {method}_async, or {method} with _async_wrapper",
        signal=signal,
        receiver=ref.receiver(),
    )
