"""Calling the receivers of one send together, none of which outlives the call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ._dispatch import Delivery, Receiver, observed, turns
from ._event_loop import check_inside_loop

if TYPE_CHECKING:
    from ._connections import ConnectionTable
    from ._signal import Signal
    from ._snapshot import Snapshot


async def call_concurrent(
    signal: Signal[Any, Any, Any], table: ConnectionTable, snapshot: Snapshot, delivery: Delivery
) -> list[tuple[Receiver, Any]]:
    """Call all receivers; the first exception cancels those that still run.

    Raises:
        ExceptionGroup: With what the receivers raised.
    """
    from ._anyio import anyio  # noqa: PLC0415 - an extra, needed by those only who send concurrently

    check_inside_loop(signal, "send_concurrent", "use send()")
    delivery = observed(snapshot, delivery)
    receivers: list[Receiver] = []
    values: dict[int, Any] = {}

    async def keep(place: int, call: Callable[[], Awaitable[Any]]) -> None:
        values[place] = await call()

    try:
        async with anyio.create_task_group() as tasks:
            for place, (ref, receiver) in enumerate(turns(table, snapshot)):
                receivers.append(receiver)
                call = partial(delivery.to, ref, receiver)
                if ref.terms.is_async:
                    tasks.start_soon(keep, place, call)
                elif ref.terms.thread:
                    tasks.start_soon(keep, place, partial(anyio.to_thread.run_sync, call))
                else:
                    values[place] = call()
    except BaseExceptionGroup as group:
        number = len(group.exceptions)
        failed = f"{number} receiver{'' if number == 1 else 's'} of {signal!r} failed"
        raise BaseExceptionGroup(failed, group.exceptions) from None
    return [(receiver, values[place]) for place, receiver in enumerate(receivers)]
