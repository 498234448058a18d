"""Call the receivers of one send together. None of them outlives the call."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .._concurrency.event_loop import is_cancellation, is_cancellation_of_trio, loop_for
from .dispatch import (
    Delivery,
    Receiver,
    Wrapper,
    follow,
    held,
    must_be_awaited,
    observed,
    settled,
    steps_around,
    turns,
)

if TYPE_CHECKING:
    from .._connecting.references import ReceiverRef
    from .._connecting.snapshot import Snapshot
    from .._connecting.table import ConnectionTable
    from .._signal import AnySignal


async def call_concurrent(
    signal: AnySignal, table: ConnectionTable, snapshot: Snapshot, delivery: Delivery, sync_wrapper: Wrapper | None
) -> list[tuple[Receiver, Any]]:
    """Call all receivers; the first exception cancels those that still run.

    Raises:
        BaseExceptionGroup: With what the receivers raised.
    """
    if snapshot.queues:
        return held(snapshot, delivery, "send_concurrent", sync_wrapper)
    from .._concurrency.anyio import anyio  # noqa: PLC0415 - an extra, needed only for concurrent sends

    loop_for(signal, "send_concurrent", "use send()")
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        receivers: list[Receiver] = []
        values: dict[int, Any] = {}

        async def keep(position: int, ref: ReceiverRef, call: Callable[[], Awaitable[Any]]) -> None:
            try:
                values[position] = _checked(delivery, ref, receivers[position], await call())
            except BaseException as error:
                is_cancelled = is_cancellation(error) or is_cancellation_of_trio(error)
                if not is_cancelled or anyio.current_effective_deadline() == -math.inf:  # all are to end
                    raise
                raise _ReceiverError(error) from None

        try:
            async with anyio.create_task_group() as tasks:
                for position, (ref, receiver) in enumerate(turns(table, snapshot)):
                    receivers.append(receiver)
                    value, rest = _begin(delivery, ref, receiver, sync_wrapper)
                    if rest is None:
                        values[position] = _checked(delivery, ref, receiver, value)
                    else:
                        tasks.start_soon(keep, position, ref, rest)
        except BaseExceptionGroup as group:
            errors = [error.error if isinstance(error, _ReceiverError) else error for error in group.exceptions]
            raise _failed(signal, errors) from None
        _follow(signal, snapshot, delivery)
        return [(receiver, values[position]) for position, receiver in enumerate(receivers)]


def _follow(signal: AnySignal, snapshot: Snapshot, delivery: Delivery) -> None:
    try:
        follow(snapshot, delivery)
    except Exception as error:
        raise _failed(signal, [error]) from None


def _failed(signal: AnySignal, errors: list[BaseException]) -> BaseExceptionGroup:
    number = f"{len(errors)} receiver{'' if len(errors) == 1 else 's'}"
    return BaseExceptionGroup(f"{number} of {signal!r} failed", errors)


def _checked(delivery: Delivery, ref: ReceiverRef, receiver: Receiver, value: Any) -> Any:
    return value if delivery.check is None else delivery.check(ref, receiver, value)


def _begin(
    delivery: Delivery, ref: ReceiverRef, receiver: Receiver, sync_wrapper: Wrapper | None
) -> tuple[Any, Callable[[], Awaitable[Any]] | None]:
    """Call a plain receiver inline. Return its value and, if that is not the result yet, what to await for it."""
    call = partial(delivery.to, ref, receiver)
    if ref.terms.is_async:
        return None, call
    if ref.terms.thread:
        return None, partial(_in_thread, ref, call)
    if sync_wrapper is not None:
        return None, partial(delivery.to, ref, sync_wrapper(receiver))
    try:
        value = call()
    except BaseException as error:
        # Nothing is awaited here, so a cancellation cannot be that of the task that sends.
        raise _ReceiverError(error) from None
    return value, partial(settled, ref, value) if must_be_awaited(ref, value) else None


async def _in_thread(ref: ReceiverRef, call: Callable[[], Any]) -> Any:
    from .._concurrency.anyio import anyio  # noqa: PLC0415 - an extra, needed only for concurrent sends

    # In a tuple, as trio assumes that a function which returns a coroutine was meant to be awaited.
    (value,) = await anyio.to_thread.run_sync(lambda: (call(),))
    return await settled(ref, value)


class _ReceiverError(Exception):
    """Carries what a receiver raised: a task group would mistake a cancellation of its own for that of the task."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
